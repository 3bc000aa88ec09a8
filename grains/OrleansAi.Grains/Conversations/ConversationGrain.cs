using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Forks;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Grains.Files;
using OrleansAi.Grains.Retrieval;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Conversations;

/// <summary>
/// The owner of one conversation. Reentrant, so that reads and cancel are answered while a turn runs; turns are ordered by
/// <see cref="TurnQueue"/>, appends by <see cref="ConversationLedger"/>. Placed by hash, because the default placement puts
/// a cold cluster's conversations on one silo.
/// </summary>
[Reentrant]
[HashBasedPlacement]
internal sealed class ConversationGrain : Grain, IConversationGrain
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    private readonly ConversationOptions _options;
    private readonly TimeProvider _time;
    private readonly IdSource _ids;
    private readonly IFaultPoints _faults;
    private readonly TranscriptReader _transcript;
    private readonly RunArchive _archive;
    private readonly ItemReferences _references;
    private readonly EndedRuns _ended;
    private readonly ConversationLedger _ledger;
    private readonly TurnQueue _queue;
    private readonly Admission _admission;
    private readonly OpenRunCount _openRuns;
    private readonly Deletion _deletion;
    private readonly Promoting _promoting;
    private readonly string _conversationId;
    private readonly string _tenant;

    public ConversationGrain(
        IJournal journal,
        IModelExecutor models,
        RunEngine engine,
        IOptions<ConversationOptions> options,
        FileReferences files,
        IEmbeddingExecutor embeddings,
        BuiltinDocumentation documentation,
        IdSource ids,
        TimeProvider time,
        IFaultPoints faults,
        OpenRunCount openRuns,
        BuildInfo build,
        ILocalSiloDetails silo,
        ILogger<ConversationGrain> logger,
        IGrainContext context)
    {
        var stream = context.GrainId.Key.ToString()!;
        (_tenant, _conversationId) = StreamNames.Parse(stream);
        _options = options.Value;
        _time = time;
        _ids = ids;
        _faults = faults;
        _openRuns = openRuns;
        journal = new GrainJournal(journal);
        var reader = new RecordReader(journal, name => name == stream ? _ledger!.Keys : null);
        _transcript = new TranscriptReader(journal, reader);
        _archive = new RunArchive(journal, reader);
        _references = new ItemReferences(_transcript, _archive, files, _tenant);
        var siloName = silo.SiloAddress.ToParsableString();
        var origin = build.Of(context.ActivationId.ToParsableString());
        var snapshots = new SnapshotStore(SnapshotStore.Provider(context.ActivationServices), context.GrainId, logger);
        _ledger = new ConversationLedger(journal, snapshots, _options, ids, time, logger, stream);
        var stopping = context.ActivationServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        _queue = new TurnQueue(_ledger, engine, _archive, _options, time, faults, openRuns, logger, siloName, origin, stopping)
        {
            Retriever = new ConversationRetriever(GrainFactory, embeddings, time, _tenant),
        };
        _ended = new EndedRuns(_ledger, _queue, _archive, _tenant, _conversationId);
        _admission = new Admission(_options, models, ids, time, openRuns, documentation, siloName, origin);
        _deletion = new Deletion(_ledger, _queue, _transcript);
        _promoting = new Promoting(_ledger, _archive, new Promotions(journal), ids, faults);
        _ledger.Reloaded = () => _queue.Adopt(isFirstLoad: false);
    }

    public static OrleansAiException NotFound(string conversationId) =>
        new(ErrorCodes.ConversationNotFound, $"There is no conversation '{conversationId}'.");

    public async Task<ConversationView> Create(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<NewItem> items)
    {
        _openRuns.ThrowIfSaturated();
        await LoadAsync(presumedNew: true);
        items = await _references.ResolveAsync(items);
        await _ledger.AppendAsync((state, _) => state.CreatedAt > 0
            ? throw new OrleansAiException(ErrorCodes.VersionConflict, $"The conversation '{state.Id}' exists already.")
            : new Entry(new ConversationCreatedBody { Metadata = metadata.Count > 0 ? metadata : null }));
        if (items.Count > 0)
        {
            await AppendItemsAsync(items);
        }

        return _ledger.State.ToView();
    }

    public async Task<IReadOnlyList<Item>> AddItems(IReadOnlyList<NewItem> items)
    {
        _openRuns.ThrowIfSaturated();
        await LoadExistingAsync();
        return await AppendItemsAsync(await _references.ResolveAsync(items));
    }

    public async Task DeleteItem(string itemId)
    {
        await LoadExistingAsync();
        await _deletion.DeleteItemAsync(itemId);
    }

    public async Task DeleteRun(string runId)
    {
        await LoadAsync();
        if (_queue.Find(runId) is { } live)
        {
            await _queue.CancelAsync(live);
        }

        await _deletion.DeleteRunAsync((await _ended.FindAsync(runId)).Entry);
    }

    public async Task<Promotion> Promote(string runId)
    {
        _openRuns.ThrowIfSaturated();
        await LoadExistingAsync();
        return await _promoting.PromoteAsync(runId);
    }

    public async Task<ForkPoint> FindForkPoint(string runId)
    {
        await LoadAsync();
        var run = await _ended.FindAsync(runId);
        var state = _ledger.State;
        if (state.IsDeleted || run.Admitted.Forget)
        {
            throw Admission.PreviousNotFound(runId);
        }

        return run.Entry.EndedPosition is { } ended
            ? new ForkPoint { ConversationId = _conversationId, Position = ended }
            : throw new OrleansAiException(ErrorCodes.ConversationLocked, $"The response '{runId}' has not ended; wait for it or cancel it.")
            {
                IsTransient = true,
                RunId = runId,
            };
    }

    public async Task<IReadOnlyList<Item>> ListInput(string runId)
    {
        await LoadAsync();
        var deleted = _ledger.State.Deleted;
        return [.. (await _ended.FindAsync(runId)).Admitted.Input.Where(item => !item.IsDestroyed && !deleted.Contains(item.Id)).Select(static item => item.ToItem())];
    }

    public async Task<ConversationView> Get() => (await LoadExistingAsync()).ToView();

    public async Task<ConversationView> Update(IReadOnlyDictionary<string, string> metadata)
    {
        await LoadExistingAsync();
        await _ledger.AppendAsync((state, _) => state.Exists
            ? new Entry(new ConversationUpdatedBody { Metadata = metadata })
            : throw NotFound(state.Id));
        return _ledger.State.ToView();
    }

    public async Task Delete()
    {
        await LoadExistingAsync();
        await _deletion.DeleteAllAsync();
    }

    public async Task<ItemPage> ListItems(ItemQuery query) =>
        await _transcript.ListAsync(await LoadExistingAsync(), query, CancellationToken.None);

    public async Task<Item> GetItem(string itemId) =>
        await _transcript.GetAsync(await LoadExistingAsync(), itemId, CancellationToken.None);

    public async Task<int> CountInput(TurnRequest request)
    {
        await LoadAsync(presumedNew: request.CreateConversation);
        request = await PrepareAsync(request);
        var entry = _admission.Decide(_ledger.State, _ledger.State.Position + 1, request);
        return TokenCounter.Count(_queue.Plan(new OpenRun((RunAdmittedBody)entry.Body, 0)));
    }

    public async Task<RunView> StartTurn(TurnRequest request)
    {
        var (live, view) = await AdmitAsync(request);
        return live?.View() ?? view!;
    }

    public async Task<RunView> RunTurn(TurnRequest request)
    {
        var (live, view) = await AdmitAsync(request);
        return live is null ? view! : await WaitAsync(live);
    }

    public async Task<RunView> WaitForRun(string runId)
    {
        await LoadAsync();
        return _queue.Find(runId) is { } live

            // Who waited all along is told the end even of a run that is not kept.
            ? await WaitAsync(live)
            : _ledger.State.FindEnded(runId) ?? await _ended.GetAsync(runId);
    }

    public async Task<RunView> GetRun(string runId)
    {
        await LoadAsync();
        return _queue.Find(runId)?.View() ?? await _ended.GetAsync(runId);
    }

    public async IAsyncEnumerable<RunEvent> Follow(
        string runId, long after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await LoadAsync();
        var log = _queue.Find(runId)?.Log ?? _ended.NotKept(runId) ?? await _ended.RebuildAsync(runId);
        while (true)
        {
            // While one event is told, others come: the end is reached when there is nothing more, not when these are told.
            var fresh = log.After(after);
            foreach (var next in fresh)
            {
                after = next.Sequence;
                yield return next;
            }

            if (fresh.Count > 0)
            {
                continue;
            }

            if (log.HasEnded)
            {
                yield break;
            }

            // Nothing is awaited between reading the log and asking for its next change, so no change is missed.
            var changed = log.WaitForChangeAsync(cancellationToken);
            if (await Task.WhenAny(changed, _queue.Draining) != changed)
            {
                // The activation stops; the follower goes on at the next one from the number that it has.
                yield break;
            }

            await changed;
        }
    }

    public async Task<RunView> Cancel(string runId)
    {
        await LoadAsync();
        return _queue.Find(runId) is { } live ? await _queue.CancelAsync(live) : await _ended.GetAsync(runId);
    }

    public async Task Wake()
    {
        await LoadAsync();
        _queue.Adopt(isFirstLoad: false);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_ledger.IsLoaded)
        {
            await _queue.DrainAsync(TimeSpan.FromSeconds(_options.DrainSeconds));
            await _ledger.SnapshotAsync(Math.Max(1, _options.SnapshotEveryRecords / 5));
        }
    }

    private async Task LoadAsync(bool presumedNew = false)
    {
        if (!_ledger.IsLoaded)
        {
            await _ledger.LoadAsync(presumedNew);
            _queue.Adopt(isFirstLoad: true);
        }
        else
        {
            await _ledger.LoadAsync(presumedNew);
        }
    }

    private async Task<IReadOnlyList<Item>> AppendItemsAsync(IReadOnlyList<NewItem> items)
    {
        var added = new List<Item>();
        await _ledger.AppendAsync((state, position) =>
        {
            if (!state.Exists)
            {
                throw NotFound(state.Id);
            }

            IReadOnlyList<StoredItem> stored =
            [
                .. items.Select((item, index) => StoredItem.Of(ItemIds.Added(item.Kind, _ids, position, index), item)),
            ];
            added = [.. stored.Select(static item => item.ToItem())];
            return new Entry(new ItemsAddedBody { Items = stored });
        });
        return added;
    }

    private async Task<ConversationState> LoadExistingAsync()
    {
        await LoadAsync();
        return _ledger.State.Exists ? _ledger.State : throw NotFound(_conversationId);
    }

    private async Task<(LiveRun? Live, RunView? View)> AdmitAsync(TurnRequest request)
    {
        _faults.Hit(FaultPoint.BeforeAdmission);
        await LoadAsync(presumedNew: request.CreateConversation && request.IdempotencyKey is null);
        request = Admission.FindSame(_ledger.State, request) is null ? await PrepareAsync(request) : request;
        RunAdmittedBody? admitted = null;
        string? same = null;
        var began = _time.GetTimestamp();
        var existing = await _ledger.AppendAsync((state, position) =>
        {
            same = Admission.FindSame(state, request);
            if (same is not null)
            {
                return null;
            }

            var entry = _admission.Decide(state, position, request);
            admitted = (RunAdmittedBody)entry.Body;
            return entry;
        });
        if (existing is not null)
        {
            Admission.Compare(existing.Key, existing.RequestHash, existing.RunId, request);
            return existing.Conversation == _conversationId
                ? await JoinAsync(existing.RunId)
                : (null, await GrainFactory.GetGrain<IConversationGrain>(
                    StreamNames.Conversation(_tenant, existing.Conversation)).GetRun(existing.RunId));
        }

        if (same is not null)
        {
            return await JoinAsync(same);
        }

        _faults.Hit(FaultPoint.AfterAdmission);
        DelayDeactivation(TimeSpan.FromSeconds(_options.RunTimeoutSeconds));
        return (_queue.Enqueue(_ledger.State.FindOpen(admitted!.RunId)!, _time.GetElapsedTime(began)), null);
    }

    private async Task<TurnRequest> PrepareAsync(TurnRequest request)
    {
        if (request.Fork is { } fork)
        {
            await _ledger.InheritAsync(fork);
        }

        return await _references.ResolveAsync(_ledger.State, request);
    }

    private async Task<(LiveRun? Live, RunView? View)> JoinAsync(string runId) =>
        _queue.Find(runId) is { } live ? (live, null) : (null, await _ended.GetAsync(runId));

    private async Task<RunView> WaitAsync(LiveRun live)
    {
        Task first = Task.WhenAny(live.Ended, _queue.Draining);
        await first.WaitAsync(LongestWait, _time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return live.View();
    }
}
