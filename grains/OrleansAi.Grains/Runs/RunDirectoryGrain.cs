using Orleans.Concurrency;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Runs;
using OrleansAi.Journal;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Embeddings;

namespace OrleansAi.Grains.Runs;

/// <summary>Finds runs through the journal's index.</summary>
[StatelessWorker(1, false)]
[Reentrant]
internal sealed class RunDirectoryGrain(IJournal journal, VendorCatalog catalog, EmbeddingCatalog embeddings) : Grain, IRunDirectoryGrain
{
    private readonly RunArchive _archive = new(journal);

    private string Tenant => this.GetPrimaryKeyString();

    public async Task<string?> FindConversation(string runId) =>
        (await journal.FindRunAsync(Tenant, runId, CancellationToken.None))?.Conversation;

    public async Task<RunPage> Search(RunQuery query)
    {
        var entries = await journal.SearchRunsAsync(Tenant, query, CancellationToken.None);
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
                }),
            ],
        };
    }

    public Task<RunTrace> Trace(string runId) => _archive.TraceAsync(Tenant, runId, CancellationToken.None);

    public Task<IReadOnlyList<ModelInfo>> Models() => Task.FromResult<IReadOnlyList<ModelInfo>>(
        [.. catalog.Models.UnionBy(embeddings.Models, static model => model.Id, StringComparer.Ordinal).OrderBy(static model => model.Id, StringComparer.Ordinal)]);
}
