using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;

namespace OrleansAi.Access.Directory;

/// <summary>
/// The process's copy of all projects and keys. It is used only while it is fresh: read from the store no longer than a
/// lease ago. Whoever revokes a key waits for one lease after the revocation is durable, so that no copy anywhere can still
/// let it in (invariant 9), whatever became of other silos, the network or grain directories.
/// </summary>
internal sealed class AccessReplica(IJournalReader journal, TimeProvider time)
{
    /// <summary>How old a copy may be.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    /// <summary>How long a revocation waits: the lease, and a margin for clocks that do not run alike.</summary>
    public static readonly TimeSpan Settling = Lease + TimeSpan.FromMilliseconds(50);

    private const int PageSize = 500;
    private readonly AccessState _state = new();
    private readonly Lock _lock = new();
    private Task? _reading;

    // When the newest read began; a read sees everything that was durable by then.
    private long _readingFrom;
    private long _freshFrom;
    private volatile bool _isRead;

    /// <summary>The state as it was at some time of the lease that ends now.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.StorageUnavailable"/>.</exception>
    public ValueTask<AccessState> GetAsync(CancellationToken cancellationToken) =>
        _isRead && time.GetElapsedTime(Volatile.Read(ref _freshFrom)) <= Lease
            ? ValueTask.FromResult(_state)
            : new ValueTask<AccessState>(ReadAsync(time.GetTimestamp() - Ticks(Lease), cancellationToken));

    /// <summary>The state as it is now.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.StorageUnavailable"/>.</exception>
    public Task<AccessState> GetNewestAsync(CancellationToken cancellationToken) =>
        ReadAsync(time.GetTimestamp(), cancellationToken);

    // Waits for a read that began at the time or later. All who wait share one.
    private async Task<AccessState> ReadAsync(long from, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task reading;
            bool serves;
            lock (_lock)
            {
                if (_reading is null or { IsCompleted: true })
                {
                    _readingFrom = time.GetTimestamp();

                    // Shared by all callers, so on no caller's scheduler.
                    var began = _readingFrom;
                    _reading = Task.Run(() => ReadAsync(began), CancellationToken.None);
                }

                reading = _reading;
                serves = _readingFrom >= from;
            }

            try
            {
                await reading.WaitAsync(cancellationToken);
            }
            catch (JournalException) when (!serves)
            {
                continue;
            }
            catch (JournalException exception)
            {
                throw JournalCalls.Unavailable($"Keys cannot be checked, because the store does not answer: {exception.Message}");
            }

            if (serves)
            {
                return _state;
            }
        }
    }

    private async Task ReadAsync(long began)
    {
        while (true)
        {
            var page = await journal.ReadForwardAsync(StreamNames.Access, _state.Position, PageSize, [], CancellationToken.None);
            foreach (var record in page)
            {
                _state.Apply(record);
            }

            if (page.Count < PageSize)
            {
                Volatile.Write(ref _freshFrom, began);
                _isRead = true;
                return;
            }
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
