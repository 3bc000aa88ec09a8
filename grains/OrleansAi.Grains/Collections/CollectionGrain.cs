using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using OrleansAi.Collections;
using OrleansAi.Collections.Ingestion;
using OrleansAi.Collections.Search;
using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Ids;
using OrleansAi.Engine.Faults;
using OrleansAi.Grains.Conversations;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Grains.Collections;

/// <summary>
/// The owner of one collection. Reentrant, so that searches wait for their shards and documents are ingested while others are
/// answered; appends take turns in <see cref="CollectionLedger"/>. Placed by hash, as conversations are.
/// </summary>
[Reentrant]
[HashBasedPlacement]
internal sealed partial class CollectionGrain : Grain, ICollectionGrain
{
    private static readonly TimeSpan TidyPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StayWhileIngesting = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly CollectionContents _contents;
    private readonly CollectionLedger _ledger;
    private readonly Collection _collection;
    private readonly CollectionSearcher _searcher;
    private readonly DocumentReading _reading;
    private readonly IngestionQueue _queue;
    private readonly IngestionOptions _options;
    private readonly ILogger _logger;
    private readonly CollectionEvents _events;
    private readonly IdSource _ids;
    private readonly TimeProvider _time;

    public CollectionGrain(
        IJournal journal,
        IEmbeddingExecutor embeddings,
        EmbeddingModels models,
        DocumentExtractor extractor,
        CollectionLimits limits,
        IOptions<IngestionOptions> options,
        IFaultPoints faults,
        ReadConfirmation confirmation,
        IdSource ids,
        TimeProvider time,
        ILocalSiloDetails silo,
        IGrainFactory grains,
        ILogger<CollectionGrain> logger,
        IGrainContext context)
    {
        var stream = context.GrainId.Key.ToString()!;
        var files = new GrainDocumentFiles(grains);
        journal = new GrainJournal(journal);
        (_options, _logger, _ids, _time) = (options.Value, logger, ids, time);
        _contents = new CollectionContents(journal, ids, time, StreamNames.CollectionContents(stream));
        _ledger = new CollectionLedger(
            journal, _contents, ids, time, stream, silo.SiloAddress.ToParsableString(), logger, TimeSpan.FromMilliseconds(_options.ReadLeaseMilliseconds))
        {
            Confirmation = confirmation,
        };
        _collection = new Collection(_ledger, files, models, ids, time, limits);
        _searcher = new CollectionSearcher(_collection, _ledger, _contents, embeddings, new GrainShardCalls(grains, stream), time);
        _events = new CollectionEvents(_collection, _ledger, journal, stream);
        _reading = new DocumentReading(_collection, _ledger, _contents);
        _queue = new IngestionQueue(
            _ledger, _contents, journal, files, embeddings, extractor, limits, _options, ids, time, logger, faults.Hit);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(TidyAsync, new GrainTimerCreationOptions(TidyPeriod, TidyPeriod) { Interleave = true });
        return base.OnActivateAsync(cancellationToken);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // What is left over is taken up by the next owner, which the sweep wakes. Nothing is disposed of that a call may still wait for.
        await _queue.StopAsync().WaitAsync(cancellationToken);
        HandOver();
        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    public Task<CollectionView> Create(NewCollection collection) => _collection.CreateAsync(collection);

    public Task<CollectionView> Get() => _collection.GetAsync();

    public async Task<CollectionView> Update(CollectionUpdate update)
    {
        var view = await _collection.UpdateAsync(update, CollectionCommand.Get());
        if (update.EmbeddingRoute is not null)
        {
            StartIngestion();
        }

        return view;
    }

    public async Task Delete()
    {
        await _collection.DeleteAsync();
        StartIngestion();
    }

    public async Task<IReadOnlyList<CollectionDocumentView>> Add(string? batchId, IReadOnlyList<NewDocument> documents)
    {
        var added = await _collection.AddAsync(batchId, documents, CollectionCommand.Get());
        StartIngestion();
        return added;
    }

    public async Task<CollectionDocumentView> GetDocument(string id) => WithProgress(await _collection.GetDocumentAsync(id));

    public Task<DocumentPage> ListDocuments(DocumentQuery query) => _collection.ListDocumentsAsync(query);

    public Task<CollectionDocumentView> SetAttributes(string id, IReadOnlyDictionary<string, CollectionAttribute> attributes) =>
        _collection.SetAttributesAsync(id, attributes, CollectionCommand.Get());

    public Task<long> Remove(string id) => _collection.RemoveAsync(id, CollectionCommand.Get());

    public Task<IReadOnlyList<string>> ReadDocument(string id) => _reading.ReadAsync(id);

    public Task<DocumentBatchView> GetBatch(string id) => _collection.GetBatchAsync(id);

    public Task<DocumentBatchView> CancelBatch(string id) => _collection.CancelBatchAsync(id);

    public Task<CollectionEventPage> ReadEvents(long after) => _events.ReadAsync(after, LongestWait, _time);

    public Task<CollectionAnswer> Search(CollectionSearch search) => _searcher.SearchAsync(search);

    public Task<CollectionHead> Confirm(long? minVersion, long? atVersion) => _collection.ConfirmAsync(minVersion, atVersion);

    public async Task Wake()
    {
        await _ledger.ConfirmAsync();
        if (_ledger.State.Ingestion is not null && !_queue.IsRunning)
        {
            // The index of runs learns who wakes it from now on.
            await _ledger.AppendAsync(state => state.Ingestion is null ? [] : CollectionDecisions.BeginIngestion(state, _ids.New(IdPrefixes.Ingestion)));
            StartIngestion();
        }
    }

    public async Task<ShardManifest> Describe(int shard, long? from, long version)
    {
        await _ledger.LoadAsync();
        if (_ledger.State.Version < version)
        {
            await _ledger.ConfirmAsync();
        }

        return await ShardDescriptions.DescribeAsync(_ledger.State, shard, from, version);
    }

    // The call waits until this activation is gone and wakes the next one; where it is lost, the sweep does that.
    private void HandOver()
    {
        if (_ledger.IsLoaded && _ledger.State.Ingestion is not null)
        {
            GrainFactory.GetGrain<ICollectionGrain>(this.GetPrimaryKeyString()).Wake().Ignore();
        }
    }

    private CollectionDocumentView WithProgress(CollectionDocumentView document) => document.Status != CollectionDocumentStatus.InProgress
        ? document
        : document with { Progress = _queue.Progress.View(document.Id) };

    private void StartIngestion()
    {
        DelayDeactivation(StayWhileIngesting);

        // Ingestion outlasts the call that begins it: nothing of that call's context may flow into it.
        RequestContext.Clear();
        _queue.Start();
    }

    private async Task TidyAsync()
    {
        try
        {
            await _collection.TidyAsync(TimeSpan.FromDays(_options.KeepVersionsDays));
            if (_ledger.State.Ingestion is not null)
            {
                StartIngestion();
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The next time it is tried again.
            LogNotTidied(exception, _ledger.Id);
        }
    }

    [LoggerMessage(3073, LogLevel.Warning, "What is old of {Collection} could not be let go; it is tried again.")]
    private partial void LogNotTidied(Exception exception, string collection);
}
