using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Journal;

/// <summary>
/// The journal over a store: gathers what is pending into one transaction, keeps one stream's conflict from failing its
/// neighbours, and settles an append whose outcome is unknown by trying it again and comparing record ids.
/// </summary>
public sealed partial class GroupCommitJournal : IJournal, ILoadSignal, IAsyncDisposable
{
    private readonly IJournalStore _store;
    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Pending> _pending;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task[] _writers;
    private long _wait;
    private long _oldest;

    /// <summary>
    /// How long an append has to wait at present until it is durable, its place in line included: that of the last batch, or
    /// of the one under way where that has lasted longer. Zero when nothing is under way.
    /// </summary>
    public TimeSpan Wait => Volatile.Read(ref _oldest) is not 0 and var oldest
        ? Max(_time.GetElapsedTime(oldest), TimeSpan.FromTicks(Volatile.Read(ref _wait)))
        : TimeSpan.Zero;

    /// <summary>Creates the journal and starts its writers.</summary>
    public GroupCommitJournal(
        IJournalStore store, JournalOptions options, TimeProvider time, ILogger<GroupCommitJournal> logger)
    {
        _store = store;
        _options = options;
        _time = time;
        _logger = logger;
        _pending = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.MaxPending)
        {
            SingleReader = options.Writers == 1,
        });
        _writers = [.. Enumerable.Range(0, options.Writers).Select(_ => Task.Run(WriteLoopAsync))];
    }

    /// <inheritdoc />
    public Task<AppendOutcome> AppendAsync(JournalAppend append, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(append.Records.Count);
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new Pending(append, _time.GetTimestamp());
        if (!_pending.Writer.TryWrite(pending))
        {
            throw new JournalException(
                $"{_options.MaxPending} appends wait for the store, or the journal is closing; try again later.",
                outcomeKnown: true,
                isTransient: true);
        }

        return TelemetrySources.Activities.HasListeners() ? TracedAsync(append, pending.Task) : pending.Task;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<JournalRecord>> ReadForwardAsync(
        string stream, long after, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        _store.ReadForwardAsync(stream, after, limit, kinds, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<JournalRecord>> ReadBackwardAsync(
        string stream, long before, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        _store.ReadBackwardAsync(stream, before, limit, kinds, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<JournalRecord>> ReadAtAsync(
        string stream, IReadOnlyCollection<long> positions, CancellationToken cancellationToken) =>
        _store.ReadAtAsync(stream, positions, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<ContentHash, ReadOnlyMemory<byte>>> ReadContentsAsync(
        string owner, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken) =>
        _store.ReadContentsAsync(owner, hashes, cancellationToken);

    /// <inheritdoc />
    public Task<byte[]?> ReadKeysAsync(string owner, CancellationToken cancellationToken) =>
        _store.ReadKeysAsync(owner, cancellationToken);

    /// <inheritdoc />
    public Task<RunEntry?> FindRunAsync(string tenant, string runId, CancellationToken cancellationToken) =>
        _store.FindRunAsync(tenant, runId, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RunEntry>> FindRunsAsync(string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) =>
        _store.FindRunsAsync(tenant, runIds, cancellationToken);

    /// <inheritdoc />
    public Task<BatchAnswer> ReadBatchAsync(BatchRead batch, CancellationToken cancellationToken) =>
        _store.ReadBatchAsync(batch, cancellationToken);

    /// <inheritdoc />
    public Task<IdempotencyEntry?> FindIdempotencyKeyAsync(
        string tenant, string key, CancellationToken cancellationToken) =>
        _store.FindIdempotencyKeyAsync(tenant, key, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RunEntry>> SearchRunsAsync(
        string tenant, RunQuery query, CancellationToken cancellationToken) =>
        _store.SearchRunsAsync(tenant, query, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RunEntry>> ListOpenRunsAsync(
        string after, int limit, CancellationToken cancellationToken) =>
        _store.ListOpenRunsAsync(after, limit, cancellationToken);

    /// <summary>Writes what is pending and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_pending.Writer.TryComplete())
        {
            return;
        }

        // What was handed in before is still written; only waiting for a store that is down is cut short.
        _stopping.CancelAfter(TimeSpan.FromSeconds(10));
        await Task.WhenAll(_writers);
        _stopping.Dispose();
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    // The transaction is shared by many appends, so it has no one trace; the wait for it has.
    private static async Task<AppendOutcome> TracedAsync(JournalAppend append, Task<AppendOutcome> pending)
    {
        using var activity = TelemetrySources.Activities.StartActivity("journal_append", ActivityKind.Client);
        activity?.SetTag("orleansai.journal.records", append.Records.Count);
        activity?.SetTag("orleansai.journal.bytes", append.Size);
        var outcome = await pending.ConfigureAwait(false);
        activity?.SetTag("orleansai.journal.outcome", outcome.Status.ToString());
        return outcome;
    }

    private async Task WriteLoopAsync()
    {
        var batch = new List<Pending>(_options.MaxBatch);
        while (await _pending.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < _options.MaxBatch && _pending.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            if (batch.Count > 0)
            {
                Volatile.Write(ref _oldest, batch[0].At);
                await WriteAsync(batch);
                Volatile.Write(ref _wait, _time.GetElapsedTime(batch[0].At).Ticks);
                Volatile.Write(ref _oldest, 0);
            }
        }
    }

    private async Task WriteAsync(IReadOnlyList<Pending> batch)
    {
        AppendOutcome? refusal;
        try
        {
            refusal = await CommitWithRetriesAsync([.. batch.Select(static pending => pending.Append)]);
            if (refusal is not null && batch.Count == 1)
            {
                refusal = await SettleAsync(batch[0].Append, refusal.Value);
            }
        }
        catch (JournalException exception) when (!exception.IsTransient && exception.OutcomeKnown && batch.Count > 1)
        {
            // One append that the store can never take must not fail its neighbours.
            refusal = AppendOutcome.PositionTaken;
        }
        catch (Exception exception)
        {
            foreach (var pending in batch)
            {
                pending.TrySetException(exception);
            }

            return;
        }

        if (refusal is not null && batch.Count > 1)
        {
            // Nothing of the batch is written. Halving finds the refused ones in few transactions and gives every
            // neighbour its own outcome.
            var half = batch.Count / 2;
            await WriteAsync([.. batch.Take(half)]);
            await WriteAsync([.. batch.Skip(half)]);
            return;
        }

        foreach (var pending in batch)
        {
            pending.TrySetResult(refusal ?? AppendOutcome.Committed);
        }
    }

    private async Task<AppendOutcome?> CommitWithRetriesAsync(IReadOnlyList<JournalAppend> appends)
    {
        var outcomeKnown = true;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _store.CommitAsync(appends, CancellationToken.None);
            }
            catch (JournalException exception)
            {
                outcomeKnown &= exception.OutcomeKnown;

                // An unknown outcome is not given up while the process lives: the caller is promised certainty.
                var mayTryAgain = !outcomeKnown || (exception.IsTransient && attempt < _options.Attempts);
                if (!mayTryAgain || _stopping.IsCancellationRequested)
                {
                    throw outcomeKnown == exception.OutcomeKnown
                        ? exception
                        : new JournalException(exception.Message, outcomeKnown, exception.IsTransient, exception);
                }

                // Trying again is safe whether or not the commit happened: a record of ours that is already there
                // shows as a taken position, and SettleAsync recognises it by its id.
                LogRetry(attempt, appends.Count, exception.OutcomeKnown, exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(20 << Math.Min(attempt, 7)), _time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<AppendOutcome> SettleAsync(JournalAppend append, AppendOutcome refusal)
    {
        var first = append.ExpectedPosition + 1;
        var there = await _store.ReadAtAsync(append.Stream, [first], CancellationToken.None);
        return there.Count == 1 && there[0].RecordId == append.Records[0].RecordId
            ? AppendOutcome.Committed
            : refusal;
    }

    [LoggerMessage(1001, LogLevel.Warning,
        "Journal transaction failed (attempt {Attempt}, {Appends} appends, outcome known: {OutcomeKnown}): {Reason}")]
    private partial void LogRetry(int attempt, int appends, bool outcomeKnown, string reason);

    private sealed class Pending(JournalAppend append, long at)
        : TaskCompletionSource<AppendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public JournalAppend Append { get; } = append;

        /// <summary>The timestamp at which it was handed in.</summary>
        public long At { get; } = at;
    }
}
