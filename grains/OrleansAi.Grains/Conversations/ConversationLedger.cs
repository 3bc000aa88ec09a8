using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Conversations;

/// <summary>What is to be appended.</summary>
/// <param name="Body">The record's body.</param>
internal sealed record Entry(RecordBody Body)
{
    /// <summary>False to write the record without its content.</summary>
    public bool KeepsContent { get; init; } = true;

    /// <summary>Whose keys are destroyed with the record.</summary>
    public IReadOnlyList<KeyPath> Destroys { get; init; } = [];

    /// <summary>How soon what is left of destroyed keys has to be gone.</summary>
    public KeyErasure Erasure { get; init; }

    /// <summary>What stood apart of records and is deleted with the record.</summary>
    public ContentRelease? Release { get; init; }

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
    private readonly RecordReader _reader = new(journal);
    private ConversationState? _state;
    private bool _verified;

    /// <summary>The state. Only after <see cref="LoadAsync"/>.</summary>
    public ConversationState State => _state ?? throw new InvalidOperationException($"{stream} is not loaded.");

    /// <summary>True when the state is there.</summary>
    public bool IsLoaded => _state is not null;

    /// <summary>The keys to the content as they are stored; null when there are none yet.</summary>
    public Keyring? Keys { get; private set; }

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
                var id = ids.NewRecordId();
                var keys = Keys ?? Keyring.New();
                var stored = RecordSealer.Seal(entry.Body, entry.KeepsContent ? keys : Keyring.Destroyed, stream, position, id);
                var change = ChangeOf(entry, stored, ref keys);
                var record = new NewRecord(id, RecordSerializer.KindOf(entry.Body), stored.Body, at);
                var append = new JournalAppend(stream, state.Position, [record])
                {
                    Contents = stored.Contents,
                    Keys = change,
                    Release = entry.Release,
                    Runs = entry.Runs,
                    Idempotency = entry.Idempotency,
                };
                var outcome = await journal.AppendAsync(append, CancellationToken.None);
                switch (outcome.Status)
                {
                    case AppendStatus.Committed:
                        state.Apply(entry.Body, position, at);
                        Keys = change is null ? Keys : keys;
                        _verified = true;
                        if (entry.Erasure == KeyErasure.AtOnce && snapshots.Position > 0)
                        {
                            // Snapshots hold no content now, but one of an earlier build has metadata.
                            await snapshots.WriteAsync(state.ToSnapshot());
                        }

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

    private KeyChange? ChangeOf(Entry entry, SealedRecord stored, ref Keyring keys)
    {
        if (entry.Destroys.Count == 0 || Keys is null)
        {
            return stored.UsesKeys && Keys is null ? new KeyChange(keys.ToBytes(), KeyErasure.None) : null;
        }

        keys = entry.Destroys.Contains(KeyPath.Root) ? Keyring.Destroyed : keys.Without(entry.Destroys);
        if (entry.Erasure == KeyErasure.AtOnce)
        {
            keys = keys.WithNewSecret();
        }

        return new KeyChange(keys.ToBytes(), entry.Erasure);
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

    private Task<IReadOnlyList<Turn>> PastAsync(ForkPoint fork) => new TranscriptReader(journal, _reader).PastAsync(
        StreamNames.Parse(stream).Tenant, fork, options.Window, CancellationToken.None);

    private ConversationState NewState()
    {
        var (tenant, conversation) = StreamNames.Parse(stream);
        return new ConversationState(tenant, conversation, options);
    }

    private async Task<ConversationState> ReadAsync()
    {
        var state = NewState();
        var snapshot = await snapshots.ReadAsync();
        var named = snapshot is null ? [] : await journal.ReadAtAsync(stream, snapshot.Positions(), CancellationToken.None);
        var next = snapshot?.Position ?? 0;
        while (true)
        {
            // The keys are read after the records that need them. Those of the last page are the ones to go on with: whoever
            // changes them writes a record, and with it refuses the next append of this owner.
            var page = await journal.ReadForwardAsync(stream, next, PageSize, [], CancellationToken.None);
            Keys = await _reader.KeysAsync(stream, CancellationToken.None);
            if (snapshot is not null)
            {
                await RestoreAsync(state, snapshot, named);
                snapshot = null;
            }

            await foreach (var group in _reader.ResolveInGroupsAsync(stream, page, Keys, GroupBytes, CancellationToken.None))
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

            next = state.Position;
        }
    }

    private async Task RestoreAsync(ConversationState state, ConversationSnapshot snapshot, IReadOnlyList<JournalRecord> named)
    {
        var records = await _reader.ResolveAsync(stream, named, Keys, CancellationToken.None);
        var inherited = snapshot.Inherited.Count == 0
            ? []
            : await new TranscriptReader(journal, _reader).InheritedAsync(state.Tenant, snapshot.Inherited, CancellationToken.None);
        state.Restore(snapshot, inherited, records.ToDictionary(static record => record.Position, static record => record.Body));
    }

    [LoggerMessage(3010, LogLevel.Warning, "{Stream} was written by somebody else at {Position}; the state is reloaded.")]
    private partial void LogRefused(string stream, long position);
}
