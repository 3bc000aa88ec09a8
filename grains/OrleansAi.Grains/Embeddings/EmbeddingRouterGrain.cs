using Orleans.Concurrency;
using OrleansAi.Contracts.Embeddings;

namespace OrleansAi.Grains.Embeddings;

/// <summary>Where requests from outside the cluster come in.</summary>
[StatelessWorker(1, false)]
[Reentrant]
internal sealed class EmbeddingRouterGrain(IEmbeddingExecutor embeddings) : Grain, IEmbeddingRouterGrain
{
    public Task<EmbeddingResult> Embed(EmbeddingRequest request, CancellationToken cancellationToken = default) =>
        embeddings.EmbedAsync(request, cancellationToken);
}
