using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Forks;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;
using OrleansAi.Engine.Runs;
using OrleansAi.Grains.Conversations;
using OrleansAi.Grains.Retrieval;
using OrleansAi.Journal;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Embeddings;

namespace OrleansAi.Grains.Runs;

/// <summary>Finds runs through the journal's index, and replays them from their records.</summary>
[StatelessWorker(1, false)]
[Reentrant]
internal sealed class RunDirectoryGrain : Grain, IRunDirectoryGrain
{
    private readonly IJournal _journal;
    private readonly VendorCatalog _catalog;
    private readonly EmbeddingCatalog _embeddings;
    private readonly RunArchive _archive;
    private readonly ReplaySource _source;
    private readonly RunReplayer _replayer;
    private readonly RunInspector _inspector;
    private readonly ForkPlanner _forks;

    public RunDirectoryGrain(IJournal journal, VendorCatalog catalog, EmbeddingCatalog embeddings, IOptions<ConversationOptions> options)
    {
        _journal = new GrainJournal(journal);
        _embeddings = embeddings;
        _catalog = catalog;
        var reader = new RecordReader(_journal);
        _archive = new RunArchive(_journal, reader);
        _source = new ReplaySource(_journal, reader, options.Value.Window);
        _replayer = new RunReplayer(catalog);
        _inspector = new RunInspector(_archive, _source, catalog);
        _forks = new ForkPlanner(_journal, _source, new RecordedOutputs(_journal, reader));
    }

    private string Tenant => this.GetPrimaryKeyString();

    public async Task<string?> FindConversation(string runId) =>
        (await _journal.FindRunAsync(Tenant, runId, CancellationToken.None))?.Conversation;

    public async Task<RunPage> Search(RunQuery query)
    {
        var entries = await _journal.SearchRunsAsync(Tenant, query, CancellationToken.None);
        if (query.ByConversation)
        {
            entries = [.. entries.DistinctBy(static entry => entry.Conversation)];
        }

        return new RunPage
        {
            HasMore = entries.Count > query.Limit,
            Runs =
            [
                .. entries.Take(query.Limit).Select(static entry => new RunSummary
                {
                    Id = entry.RunId,
                    ConversationId = entry.Conversation,
                    Status = entry.Status,
                    Model = entry.Model,
                    CreatedAt = entry.CreatedAt,
                    CompletedAt = entry.EndedAt,
                    Waker = entry.Waker,
                    ForkedFrom = entry.ForkedFrom,
                }),
            ],
        };
    }

    public Task<RunTrace> Trace(string runId) => _archive.TraceAsync(Tenant, runId, CancellationToken.None);

    public Task<StepContent> Step(string runId, int index) => _inspector.StepAsync(Tenant, runId, index, CancellationToken.None);

    public async Task<TurnRequest> PlanFork(string runId, ForkRequest fork)
    {
        var turn = await _forks.PlanAsync(Tenant, runId, fork, CancellationToken.None);
        if (turn.ForkedFrom is { Vendor: { } vendor, Model: { } model })
        {
            // A route decision that is taken from the record may lead to a vendor that is configured no more.
            _catalog.For(vendor, model);
        }

        foreach (var (collection, version) in Versions(turn))
        {
            // A version that is not there any more is refused before anything is admitted.
            await ConversationRetriever.Collection(GrainFactory, Tenant, collection).Confirm(null, version);
        }

        return turn;
    }

    public async Task<string> FindOrigin(string runId) =>
        (await new Promotions(_journal).OriginAsync(Tenant, runId, CancellationToken.None))?.Conversation
        ?? throw Promotions.NotPromotable(runId, "it is no fork of a run that was made in a conversation");

    private static IEnumerable<KeyValuePair<string, long>> Versions(TurnRequest turn) =>
        turn.Retrieval is { Found: null, Route.AtVersions: { } versions } ? versions : [];

    public async Task<RunReplay> Replay(string runId)
    {
        var run = await _source.LoadAsync(Tenant, runId, CancellationToken.None);

        // It takes the processor for itself and nothing of this activation, in whose one queue all of a silo's look-ups stand.
        return await Task.Run(() => _replayer.ReplayAsync(run, CancellationToken.None));
    }

    public Task<IReadOnlyList<ModelInfo>> Models() => Task.FromResult<IReadOnlyList<ModelInfo>>(
        [.. _catalog.Models.UnionBy(_embeddings.Models, static model => model.Id, StringComparer.Ordinal).OrderBy(static model => model.Id, StringComparer.Ordinal)]);
}
