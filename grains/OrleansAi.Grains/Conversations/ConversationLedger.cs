using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Conversations;

/// <summary>What is to be appended.</summary>
/// <param name="Body">The record's body.</param>
internal sealed record Entry(RecordBody Body)
{
    public IReadOnlyList<Content> Contents { get; init; } = [];

    public IReadOnlyList<RunChange> Runs { get; init; } = [];

    public IdempotencyEntry? Idempotency { get; init; }
}

/// <summary>
/// The conversation's state and its stream, kept in step: an append that the store refuses makes the state reload, and
/// what was to be appended is decided anew on what is really there (invariant 2).
/// </summary>
internal sealed partial class ConversationLedger(
    IJournal journal,
    SnapshotStore snapshots,
    ConversationOptions options,
    IdSource ids,
    TimeProvider time,
    ILogger logger,
    string stream)
{
    private const int MostReloads = 10;
    private const int PageSize = 500;

    // What a conversation holds for long is bounded by its window; this is what loading it may hold besides.
    private const long GroupBytes = 8 << 20;

    // Appends of one conversation stand in line here: each needs the position that the one before it gave.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ConversationState? _state;
    private bool _verified;

    /// <summary>The state. Only after <see cref="LoadAsync"/>.</summary>
    public ConversationState State => _state ?? throw new InvalidOperationException($"{stream} is not loaded.");

    /// <summary>True when the state is there.</summary>
    public bool IsLoaded => _state is not null;

    /// <summary>Called after a reload, with the state that was really there.</summary>
    public Action? Reloaded { get; set; }

    /// <summary>Loads the state, unless it is there.</summary>
    /// <param name="presumedNew">
    /// True for a conversation that was most likely never written: nothing is read, and the first append finds out.
    /// </param>
    public async Task LoadAsync(bool presumedNew = false)
    {
        if (_state is not null && (_verified || presumedNew))
        {
            return;
        }

        await _gate.WaitAsync();
        try
        {
            if (_state is null && presumedNew)
            {
                _state = NewState();
            }
            else if (!_verified)
            {
                _state = await ReadAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Appends what <paramref name="decide"/> makes of the present state; it is asked again after a reload.</summary>
    /// <param name="decide">Gives the entry, or null when there is nothing to append any more.</param>
    /// <returns>Null when it was appended or nothing was to be; otherwise what holds the idempotency key.</returns>
    /// <exception cref="OrleansAiException">The store is not available; nothing was written.</exception>
    public async Task<IdempotencyEntry?> AppendAsync(Func<ConversationState, long, Entry?> decide)
    {
        await _gate.WaitAsync();
        try
        {
            for (var reloads = 0; ; reloads++)
            {
                var state = State;
                var position = state.Position + 1;
                if (decide(state, position) is not { } entry)
                {
                    return null;
                }

                var at = time.GetUtcNow().ToUnixTimeMilliseconds();
                var record = new NewRecord(
                    ids.NewRecordId(), RecordSerializer.KindOf(entry.Body), RecordSerializer.Serialize(entry.Body), at);
                var append = new JournalAppend(stream, state.Position, [record])
                {
                    Contents = entry.Contents,
                    Runs = entry.Runs,
                    Idempotency = entry.Idempotency,
                };
                var outcome = await journal.AppendAsync(append, CancellationToken.None);
                switch (outcome.Status)
                {
                    case AppendStatus.Committed:
                        state.Apply(entry.Body, position, at);
                        _verified = true;
                        return null;
                    case AppendStatus.IdempotencyKeyTaken:
                        return outcome.Existing;
                    case AppendStatus.PositionTaken when reloads < MostReloads:
                        LogRefused(stream, position);
                        _state = await ReadAsync();
                        Reloaded?.Invoke();
                        break;
                    default:
                        throw new OrleansAiException(
                            ErrorCodes.VersionConflict,
                            $"The conversation was written by somebody else {reloads + 1} times in a row; try again.")
                        {
                            IsTransient = true,
                        };
                }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Writes a snapshot when enough was appended since the last one.</summary>
    /// <param name="least">How many records make it worth while.</param>
    public async Task SnapshotAsync(int least)
    {
        if (_state is not null && _state.Position - snapshots.Position >= least)
        {
            await snapshots.WriteAsync(_state.ToSnapshot());
        }
    }

    /// <summary>Gives a conversation that is not written yet the past that it shares with another.</summary>
    /// <exception cref="OrleansAiException">The other one was deleted.</exception>
    public async Task InheritAsync(ForkPoint fork)
    {
        if (State is { Position: 0, Fork: null })
        {
            var past = await PastAsync(fork);
            State.Inherit(fork, past);
        }
    }

    private Task<IReadOnlyList<Turn>> PastAsync(ForkPoint fork) => new TranscriptReader(journal).PastAsync(
        StreamNames.Parse(stream).Tenant, fork, options.Window, CancellationToken.None);

    private ConversationState NewState()
    {
        var (tenant, conversation) = StreamNames.Parse(stream);
        return new ConversationState(tenant, conversation, options);
    }

    private async Task<ConversationState> ReadAsync()
    {
        var state = NewState();
        if (await snapshots.ReadAsync() is { } snapshot)
        {
            long[] positions = [.. snapshot.Window.Concat(snapshot.Open.Where(static (_, i) => i % 2 == 0)).Where(static p => p > 0).Distinct()];
            var records = await RecordReader.ResolveAsync(
                journal, stream, await journal.ReadAtAsync(stream, positions, CancellationToken.None), CancellationToken.None);
            var inherited = snapshot.Inherited.Count == 0
                ? []
                : await new TranscriptReader(journal).InheritedAsync(state.Tenant, snapshot.Inherited, CancellationToken.None);
            state.Restore(snapshot, inherited, records.ToDictionary(static record => record.Position, static record => record.Body));
        }

        while (true)
        {
            var page = await journal.ReadForwardAsync(stream, state.Position, PageSize, [], CancellationToken.None);
            await foreach (var group in RecordReader.ResolveInGroupsAsync(journal, stream, page, GroupBytes, CancellationToken.None))
            {
                foreach (var record in group)
                {
                    if (record is { Position: 1, Body: RunAdmittedBody { Fork: { } fork } })
                    {
                        state.Inherit(fork, await PastAsync(fork));
                    }

                    state.Apply(record.Body, record.Position, record.At);
                }
            }

            if (page.Count < PageSize)
            {
                _verified = true;
                return state;
            }
        }
    }

    [LoggerMessage(3010, LogLevel.Warning, "{Stream} was written by somebody else at {Position}; the state is reloaded.")]
    private partial void LogRefused(string stream, long position);
}
