using Microsoft.Extensions.Logging;
using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Collections;

/// <summary>
/// The one way to a collection's stream: loads the state, appends changes under a fence, and makes sure that a read sees every write
/// that anybody was told of. Appends take turns; reads need none. Not safe for several threads; a grain owns it and may interleave.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="contents">The collection's contents, for snapshots.</param>
/// <param name="ids">Makes record ids.</param>
/// <param name="time">The clock.</param>
/// <param name="stream">The collection's stream.</param>
/// <param name="waker">Who wakes what is left to index: the silo that owns the collection.</param>
/// <param name="logger">Where it is told that a snapshot is of no use.</param>
/// <param name="lease">For how long a read may be answered without asking the store; see <see cref="ReadLease"/>.</param>
public sealed partial class CollectionLedger(
    IJournal journal, CollectionContents contents, IdSource ids, TimeProvider time, string stream, string waker, ILogger logger, TimeSpan lease = default) : IDisposable
{
    /// <summary>The least number of records after which a snapshot is stored.</summary>
    public const int SnapshotEvery = 500;

    private const int PageSize = 256;
    private const int MostReloads = 5;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ReadLease _lease = new(time, lease);
    private readonly string _tenant = StreamNames.Parse(stream).Tenant;
    private readonly string _id = StreamNames.Parse(stream).Conversation;
    private CollectionState? _state;
    private CollectionSeal? _seal;
    private long _snapshot;
    private long? _loaded;

    // Nobody knows what became of an append, or somebody else wrote: the state is one that was, and is read again before the next append.
    private bool _isBehind;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether <see cref="ConfirmAsync"/> does its work.</summary>
    public ReadConfirmation Confirmation { private get; init; } = ReadConfirmation.On;

    /// <summary>The collection's id.</summary>
    public string Id => _id;

    /// <summary>The tenant.</summary>
    public string Tenant => _tenant;

    /// <summary>True when the state was loaded.</summary>
    public bool IsLoaded => _state is not null;

    /// <summary>The state as it was loaded last. It changes only when an append is durable.</summary>
    public CollectionState State => _state ?? throw new InvalidOperationException("The collection is not loaded.");

    /// <summary>The position that the stream had when the state was loaded for the first time.</summary>
    public long LoadedPosition => _loaded ?? throw new InvalidOperationException("The collection is not loaded.");

    /// <summary>The key to the contents.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.CollectionNotFound"/>.</exception>
    public CollectionSeal Seal => _seal ?? throw CollectionErrors.NotFound(_id);

    /// <summary>Ends when the state changes.</summary>
    public Task Changed => _changed.Task;

    /// <summary>Loads the state, unless it is there.</summary>
    public async Task LoadAsync()
    {
        if (_state is null)
        {
            await WithGateAsync(async () =>
            {
                if (_state is null)
                {
                    await ReloadAsync();
                }
            });
        }
    }

    /// <summary>
    /// Makes sure that the state has every record that anybody was told of when this was called. It costs one small read, or none while the lease
    /// holds, and is what makes reads right even where two activations believe to own the collection.
    /// </summary>
    public async Task ConfirmAsync()
    {
        await LoadAsync();
        if (!Confirmation.IsOn)
        {
            return;
        }

        if (!_lease.Holds)
        {
            await (State.Status == CollectionStatus.Active && _lease.Claims()
                ? AppendAsync(static state => state.Status == CollectionStatus.Active ? [new CollectionTouched()] : [])
                : AskAsync());
        }

        await SettleAsync();
    }

    /// <summary>Waits until what was appended may be shown.</summary>
    public async Task SettleAsync()
    {
        while (_lease.Unsettled is var left && left > TimeSpan.Zero)
        {
            // A timer counts in whole milliseconds.
            await Task.Delay(left + TimeSpan.FromMilliseconds(1), time);
        }
    }

    /// <summary>Appends what a decision makes of the present state, all of it at once. It is asked again when somebody else wrote.</summary>
    /// <returns>The state with the changes.</returns>
    /// <exception cref="OrleansAiException">
    /// What the decision throws; <see cref="ErrorCodes.VersionConflict"/>; <see cref="ErrorCodes.StorageUnavailable"/>.
    /// </exception>
    public async Task<CollectionState> AppendAsync(Func<CollectionState, IReadOnlyList<CollectionChange>> decide)
    {
        CollectionState? after = null;
        await WithGateAsync(async () =>
        {
            for (var reloads = 0; ; reloads++)
            {
                if (_state is null || _isBehind)
                {
                    await ReloadAsync();
                }

                var state = State;
                var changes = decide(state);
                if (changes.Count == 0 || await TryAppendAsync(state, changes))
                {
                    after = state;
                    return;
                }

                if (reloads == MostReloads)
                {
                    throw CollectionErrors.Moved();
                }
            }
        });
        await SettleAsync();
        return after!;
    }

    /// <summary>Appends what a command makes of the present state, unless it was carried out before: then nothing changes any more.</summary>
    /// <param name="command">The command's id; null for one that may be carried out again.</param>
    /// <param name="decide">Decides.</param>
    public Task<CollectionState> AppendAsync(string? command, Func<CollectionState, IReadOnlyList<CollectionChange>> decide) => command is null
        ? AppendAsync(decide)
        : AppendAsync(state => state.HasDone(command) ? [] : decide(state) is { Count: > 0 } changes ? [.. changes.SkipLast(1), changes[^1] with { Command = command }] : []);

    /// <summary>Stores a snapshot when it costs no more than what it saves.</summary>
    public async Task SnapshotAsync()
    {
        if (_state is not { Status: CollectionStatus.Active } state || state.Position - _snapshot < Math.Max(SnapshotEvery, state.Documents.Count))
        {
            return;
        }

        var snapshot = state.ToSnapshot();
        var bytes = await Offload.RunAsync(() => CollectionSnapshotSerializer.Serialize(snapshot));
        var content = await contents.WriteAsync(Seal, bytes);
        await AppendAsync(now => now.Status == CollectionStatus.Active ? [new SnapshotStored { At = snapshot.Position, Content = content }] : []);
        _snapshot = snapshot.Position;
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    private async Task AskAsync()
    {
        var began = time.GetTimestamp();
        var head = await journal.ReadBackwardAsync(stream, long.MaxValue, 1, [], CancellationToken.None);
        var position = head.Count == 0 ? 0 : head[0].Position;
        if (State.Position < position)
        {
            // An append of our own may be on its way back; behind it there is nothing to load.
            await WithGateAsync(async () =>
            {
                if (State.Position < position)
                {
                    await ReloadAsync();
                }
            });
        }

        _lease.Asked(began);
    }

    private async Task<bool> TryAppendAsync(CollectionState state, IReadOnlyList<CollectionChange> changes)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var seal = changes.Any(static change => change is CollectionCreated) ? CollectionSeal.New() : _seal;
        var isDeleted = changes.Any(static change => change is CollectionDeleted);
        var append = new JournalAppend(
            stream,
            state.Position,
            [.. changes.Select(change => new NewRecord(
                ids.NewRecordId(), CollectionChangeSerializer.KindOf(change), CollectionChangeSerializer.Serialize(change), at))])
        {
            Runs = RunsOf(state, changes, at),
            Keys = isDeleted ? new KeyChange(ReadOnlyMemory<byte>.Empty, KeyErasure.AtOnce)
                : seal != _seal ? new KeyChange(seal!.ToBytes(), KeyErasure.None)
                : null,
        };
        var began = time.GetTimestamp();
        try
        {
            var outcome = await journal.AppendAsync(append, CancellationToken.None);
            if (outcome.Status != AppendStatus.Committed)
            {
                _isBehind = true;
                _lease.Lost();
                return false;
            }

            _lease.Appended(began, isFirst: state.Position == 0, isVisible: changes.Any(static change => change is not CollectionTouched));

            foreach (var change in changes)
            {
                state.Apply(change, state.Position + 1, at);
            }

            _seal = isDeleted ? null : seal;
            Tell();
            return true;
        }
        catch
        {
            _isBehind = true;
            _lease.Lost();
            throw;
        }
    }

    private List<RunChange> RunsOf(CollectionState state, IReadOnlyList<CollectionChange> changes, long at)
    {
        var runs = new List<RunChange>();
        for (var i = 0; i < changes.Count; i++)
        {
            var position = state.Position + 1 + i;
            switch (changes[i])
            {
                case IngestionBegun begun:
                    runs.Add(state.Ingestion?.Id == begun.Id
                        ? new RunChange(RunChangeKind.Wake, EntryOf(state.Ingestion))
                        : new RunChange(RunChangeKind.Open, EntryOf(new IngestionEntry(begun.Id, position, at))));
                    break;
                case IngestionEnded:
                    runs.Add(new RunChange(RunChangeKind.End, EntryOf(state.Ingestion!) with
                    {
                        Status = RunStatus.Completed,
                        EndedAt = at,
                        EndedPosition = position,
                        Waker = null,
                    }));
                    break;
            }
        }

        return runs;
    }

    private RunEntry EntryOf(IngestionEntry ingestion) => new()
    {
        Tenant = _tenant,
        RunId = ingestion.Id,
        Conversation = _id,
        Model = RunEntry.Ingestion,
        Status = RunStatus.InProgress,
        CreatedAt = ingestion.At,
        AdmittedPosition = ingestion.Position,
        Waker = waker,
    };

    private void Tell()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task WithGateAsync(Func<Task> work)
    {
        await _gate.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ReloadAsync()
    {
        try
        {
            _lease.Lost();
            _state = await ReadAsync();
            _loaded ??= _state.Position;
            _isBehind = false;
            Tell();
        }
        catch (InvalidDataException exception)
        {
            throw new OrleansAiException(ErrorCodes.IndexCorrupt, $"The vector store '{_id}' cannot be read: {exception.Message}", exception);
        }
    }

    private async Task<CollectionState> ReadAsync()
    {
        var state = new CollectionState();
        var keys = await journal.ReadKeysAsync(stream, CancellationToken.None);
        _seal = keys is { Length: > 0 } ? CollectionSeal.Parse(keys) : null;
        if (_seal is not null && await ReadSnapshotAsync(_seal) is { } snapshot)
        {
            state = new CollectionState(snapshot);
            _snapshot = snapshot.Position;
        }

        while (true)
        {
            var page = await journal.ReadForwardAsync(stream, state.Position, PageSize, [], CancellationToken.None);
            foreach (var record in page)
            {
                state.Apply(CollectionChangeSerializer.Deserialize(record), record.Position, record.At);
            }

            if (page.Count > 0)
            {
                _lease.Loaded(page[^1].At);
            }

            if (page.Count < PageSize)
            {
                // Keys come with the first record and go with the last one; both may have happened since they were read.
                if (state.Status != CollectionStatus.None)
                {
                    keys = await journal.ReadKeysAsync(stream, CancellationToken.None);
                    _seal = keys is { Length: > 0 } ? CollectionSeal.Parse(keys) : null;
                }

                return state;
            }
        }
    }

    private async Task<CollectionSnapshot?> ReadSnapshotAsync(CollectionSeal seal)
    {
        var records = await journal.ReadBackwardAsync(
            stream, long.MaxValue, 1, [RecordKind.CollectionSnapshotStored], CancellationToken.None);
        if (records.Count == 0)
        {
            return null;
        }

        try
        {
            var stored = (SnapshotStored)CollectionChangeSerializer.Deserialize(records[0]);
            var bytes = await contents.ReadAsync(seal, stored.Content);
            return await Offload.RunAsync(() => CollectionSnapshotSerializer.Deserialize(bytes));
        }
        catch (Exception exception) when (exception is InvalidDataException or OrleansAiException { Code: ErrorCodes.IndexCorrupt })
        {
            // It is a shortcut: without it loading takes longer, and gives the same.
            LogSnapshotUseless(exception, _id);
            return null;
        }
    }

    [LoggerMessage(3074, LogLevel.Warning, "The snapshot of {Collection} cannot be read; all of its records are read instead.")]
    private partial void LogSnapshotUseless(Exception exception, string collection);
}
