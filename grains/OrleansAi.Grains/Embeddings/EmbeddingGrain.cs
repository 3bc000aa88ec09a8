using Orleans.Concurrency;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Vendors.Embeddings;

namespace OrleansAi.Grains.Embeddings;

/// <summary>
/// Calls one embedding model of one vendor. One reentrant local worker, as for models that converse: the vendor's own pipeline
/// bounds how many calls are under way (invariant 11).
/// </summary>
[StatelessWorker(1, false)]
[Reentrant]
internal sealed class EmbeddingGrain(EmbeddingCatalog catalog) : Grain, IEmbeddingGrain
{
    public Task<EmbeddingResult> Embed(EmbeddingCall call, CancellationToken cancellationToken = default) =>
        catalog.For(call.Vendor, call.Model).EmbedAsync(call, cancellationToken);
}
