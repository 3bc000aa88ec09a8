using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Conversations;

/// <summary>
/// A conversation, folded from its records. The same fold serves a record that was just appended and one that was read,
/// so that a reload gives what was there.
/// </summary>
public sealed class ConversationState(string tenant, string id, ConversationOptions options)
{
    private const int RememberedRuns = 64;
    private const long RememberedCharacters = 4 << 20;
    private const int RememberedKeys = 256;

    private readonly Queue<(string Id, long Size)> _endedOrder = new();
    private readonly Dictionary<string, RunView> _ended = [];
    private readonly Queue<string> _keyOrder = new();
    private readonly Dictionary<string, (string RunId, string Hash)> _keys = [];
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _replaced = new(StringComparer.Ordinal);
    private long _endedSize;

    /// <summary>The tenant.</summary>
    public string Tenant { get; } = tenant;

    /// <summary>The conversation's id.</summary>
    public string Id { get; } = id;

    /// <summary>The position of the last record folded.</summary>
    public long Position { get; private set; }

    /// <summary>True when the conversation was made and not deleted.</summary>
    public bool Exists => CreatedAt > 0 && !IsDeleted;

    /// <summary>True when it was deleted.</summary>
    public bool IsDeleted { get; private set; }

    /// <summary>When the conversation was made, Unix milliseconds; 0 when it was not.</summary>
    public long CreatedAt { get; private set; }

    /// <summary>The caller's own pairs.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>();

    /// <summary>Where the record with these pairs stands; 0 when there are none.</summary>
    public long MetadataPosition { get; private set; }

    /// <summary>How many turns have ended.</summary>
    public long Turns { get; private set; }

    /// <summary>The run that was admitted last.</summary>
    public string? LastRunId { get; private set; }

    /// <summary>The newest turns.</summary>
    public HistoryWindow Window { get; } = new(options.Window);

    /// <summary>The runs that have not ended, in the order of their admission.</summary>
    public List<OpenRun> Open { get; } = [];

    /// <summary>Where the conversation was forked off; null for one with a beginning of its own.</summary>
    public ForkPoint? Fork { get; private set; }

    /// <summary>The ids of the items and runs that were deleted.</summary>
    public IReadOnlySet<string> Deleted => _deleted;

    /// <summary>The runs whose turns others stand in the place of: they are no part of the transcript any more, and there as runs.</summary>
    public IReadOnlySet<string> Replaced => _replaced;

    /// <summary>What is not told of the transcript: what was deleted, and what was replaced.</summary>
    public IReadOnlySet<string> Hidden => _replaced.Count == 0 ? _deleted : new HashSet<string>(_deleted.Concat(_replaced), StringComparer.Ordinal);

    /// <summary>The conversation as its caller sees it.</summary>
    public ConversationView ToView() => new() { Id = Id, CreatedAt = CreatedAt, Metadata = Metadata };

    /// <summary>An open run, or null.</summary>
    public OpenRun? FindOpen(string runId) => Open.Find(run => run.Admitted.RunId == runId);

    /// <summary>A run that ended lately, or null: the journal has all of them.</summary>
    public RunView? FindEnded(string runId) => _ended.GetValueOrDefault(runId);

    /// <summary>A run of this conversation without the items that were deleted.</summary>
    public RunView WithoutDeleted(RunView run) => run.Output.Any(item => _deleted.Contains(item.Id))
        ? run with { Output = [.. run.Output.Where(item => !_deleted.Contains(item.Id))] }
        : run;

    /// <summary>What an idempotency key that was used lately stands for.</summary>
    public bool TryFindKey(string key, out (string RunId, string Hash) entry) => _keys.TryGetValue(key, out entry);

    /// <summary>Takes the turns of a fork's past over. Only before anything was folded.</summary>
    /// <param name="fork">Where it was forked off.</param>
    /// <param name="past">The newest turns before that place, oldest first.</param>
    public void Inherit(ForkPoint fork, IReadOnlyList<Turn> past)
    {
        if (Position != 0 || Fork is not null)
        {
            return;
        }

        Fork = fork;
        foreach (var turn in past)
        {
            Window.Add(turn);
        }
    }

    /// <summary>Folds the next record.</summary>
    /// <exception cref="InvalidDataException">The record does not follow from those before it.</exception>
    public void Apply(RecordBody body, long position, long at)
    {
        if (position != Position + 1)
        {
            throw new InvalidDataException($"Record {position} cannot follow record {Position} of {Tenant}/{Id}.");
        }

        Position = position;
        switch (body)
        {
            case RunAdmittedBody admitted:
                Admit(admitted, position);
                break;
            case RunEndedBody ended:
                End(ended, position);
                break;
            case RunRecoveredBody recovered:
                if (FindOpen(recovered.RunId) is { } open)
                {
                    open.Recoveries = recovered.Attempt - 1;
                }

                break;
            case RunSteppedBody stepped:
                FindOpen(stepped.RunId)?.Take(stepped, position);
                break;
            case ItemsAddedBody added:
                if (added.Promoted is { Replaces: var replaced })
                {
                    _replaced.Add(replaced);
                    Window.Remove(_replaced);
                }

                Window.Add(Turn.Of(added, position));
                break;
            case ItemsDeletedBody gone:
                _deleted.UnionWith(gone.Ids);
                Window.Remove(_deleted);
                foreach (var id in gone.Ids)
                {
                    _ended.Remove(id);
                }

                foreach (var (id, run) in _ended)
                {
                    _ended[id] = WithoutDeleted(run);
                }

                break;
            case ConversationCreatedBody created:
                CreatedAt = at;
                SetMetadata(created, position);
                break;
            case ConversationUpdatedBody:
                SetMetadata(body, position);
                break;
            case ConversationDeletedBody:
                IsDeleted = true;
                break;
        }
    }

    /// <summary>The state as a snapshot; of a conversation that was deleted, only that it was.</summary>
    public ConversationSnapshot ToSnapshot() => IsDeleted ? Tombstone() : new()
    {
        Position = Position,
        CreatedAt = CreatedAt,
        IsDeleted = IsDeleted,
        MetadataPosition = MetadataPosition,
        Metadata = MetadataPosition == 0 ? new Dictionary<string, string>(Metadata) : [],
        Turns = Turns,
        LastRunId = LastRunId,
        Window =
        [
            .. Window.Turns.Where(static turn => turn.Source is null)
                .SelectMany(static turn => (long[])[turn.AdmittedPosition, turn.EndedPosition]),
        ],
        Inherited =
        [
            .. Window.Turns.Where(static turn => turn.Source is not null)
                .Select(static turn => new InheritedTurn(turn.Source!, turn.AdmittedPosition, turn.EndedPosition)),
        ],
        Deleted = [.. _deleted],
        Replaced = [.. _replaced],
        Fork = Fork,
        Open = [.. Open.SelectMany(static run => (long[])[run.Position, run.Recoveries])],
        Steps = [.. Open.SelectMany(static run => run.StepPositions)],
    };

    /// <summary>Takes a snapshot over. Only for a state into which nothing was folded yet.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="inherited">The turns of other conversations that the snapshot names.</param>
    /// <param name="records">The records at the positions that the snapshot names.</param>
    /// <exception cref="InvalidDataException">A record that the snapshot names is missing.</exception>
    public void Restore(ConversationSnapshot snapshot, IReadOnlyList<Turn> inherited, IReadOnlyDictionary<long, RecordBody> records)
    {
        _deleted.UnionWith(snapshot.Deleted);
        _replaced.UnionWith(snapshot.Replaced);
        var hidden = Hidden;
        if (snapshot.Fork is { } fork)
        {
            Inherit(fork, inherited);
        }

        CreatedAt = snapshot.CreatedAt;
        IsDeleted = snapshot.IsDeleted;
        if (snapshot.MetadataPosition > 0)
        {
            SetMetadata(At<RecordBody>(snapshot.MetadataPosition), snapshot.MetadataPosition);
        }
        else
        {
            Metadata = snapshot.Metadata;
        }

        Turns = snapshot.Turns;
        LastRunId = snapshot.LastRunId;
        for (var i = 0; i < snapshot.Window.Count; i += 2)
        {
            var (admittedAt, endedAt) = (snapshot.Window[i], snapshot.Window[i + 1]);
            var turn = admittedAt == 0
                ? Turn.Of(At<ItemsAddedBody>(endedAt), endedAt)
                : Turn.Of(At<RunAdmittedBody>(admittedAt), At<RunEndedBody>(endedAt), endedAt);
            Window.Add(turn.Without(hidden));
        }

        if (snapshot.Turns > Window.Turns.Count)
        {
            Window.MarkForgotten();
        }

        for (var i = 0; i < snapshot.Open.Count; i += 2)
        {
            var admitted = At<RunAdmittedBody>(snapshot.Open[i]);
            Open.Add(new OpenRun(admitted, snapshot.Open[i]) { Recoveries = (int)snapshot.Open[i + 1] });
            RememberKey(admitted);
        }

        foreach (var position in snapshot.Steps)
        {
            var stepped = At<RunSteppedBody>(position);
            FindOpen(stepped.RunId)?.Take(stepped, position);
        }

        Position = snapshot.Position;

        T At<T>(long position)
            where T : RecordBody =>
            records.GetValueOrDefault(position) as T
            ?? throw new InvalidDataException($"The snapshot of {Tenant}/{Id} names record {position}, which is no {typeof(T).Name}.");
    }

    private ConversationSnapshot Tombstone() => new()
    {
        Position = Position,
        CreatedAt = CreatedAt,
        IsDeleted = true,
        Turns = Turns,
        LastRunId = LastRunId,
        Open = [.. Open.SelectMany(static run => (long[])[run.Position, run.Recoveries])],
        Steps = [.. Open.SelectMany(static run => run.StepPositions)],
    };

    private void SetMetadata(RecordBody body, long position)
    {
        var metadata = body switch
        {
            ConversationCreatedBody created => created.Metadata,
            ConversationUpdatedBody updated => updated.Metadata,
            _ => null,
        };
        if (metadata is not null)
        {
            (Metadata, MetadataPosition) = (metadata, position);
        }
    }

    private void Admit(RunAdmittedBody admitted, long position)
    {
        if (admitted.CreatesConversation && CreatedAt == 0)
        {
            CreatedAt = admitted.CreatedAt;
            if (admitted is { Kind: RunKind.ChatCompletion, Metadata: { } metadata })
            {
                Metadata = metadata;
            }
        }

        Open.Add(new OpenRun(admitted, position));
        LastRunId = admitted.RunId;
        RememberKey(admitted);
    }

    private void End(RunEndedBody ended, long position)
    {
        var open = FindOpen(ended.RunId)
            ?? throw new InvalidDataException($"Record {position} of {Tenant}/{Id} ends {ended.RunId}, which is not open.");
        Open.Remove(open);
        Turns++;
        if (open.Admitted.Forget)
        {
            // Its caller wished that nothing of it is kept: no later turn is told of it.
            _deleted.Add(ended.RunId);
        }
        else
        {
            Window.Add(Turn.Of(open.Admitted, ended, position).Without(_deleted));
        }

        Remember(RunViews.Ended(open.Admitted, ended, Id));
    }

    private void Remember(RunView run)
    {
        var size = ContextSize.Of(run.Output).Length + ResultsOf(run) + (run.Instructions?.Length ?? 0)
            + (run.Options.Tools ?? []).Sum(static tool => (long)(tool.Parameters?.Length ?? 0) + (tool.Description?.Length ?? 0));
        _ended[run.Id] = run;
        _endedOrder.Enqueue((run.Id, size));
        _endedSize += size;
        while (_endedOrder.Count > RememberedRuns || (_endedSize > RememberedCharacters && _endedOrder.Count > 1))
        {
            var oldest = _endedOrder.Dequeue();
            _ended.Remove(oldest.Id);
            _endedSize -= oldest.Size;
        }
    }

    private static long ResultsOf(RunView run) =>
        run.Output.Sum(static item => item.Search?.Results?.Sum(static passage => (long)passage.Text.Length) ?? 0);

    private void RememberKey(RunAdmittedBody admitted)
    {
        if (admitted.IdempotencyKey is not { } key || !_keys.TryAdd(key, (admitted.RunId, admitted.RequestHash ?? "")))
        {
            return;
        }

        _keyOrder.Enqueue(key);
        if (_keyOrder.Count > RememberedKeys)
        {
            _keys.Remove(_keyOrder.Dequeue());
        }
    }
}
