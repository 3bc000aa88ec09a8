using System.Collections.Concurrent;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Vendors.Embeddings;

namespace OrleansAi.Grains.Embeddings;

/// <summary>
/// The silo's way to embeddings: along the route, through the worker grains. Workers are local, so what the catalog knows of a
/// vendor here is what its worker has met.
/// </summary>
internal sealed class GrainEmbeddingExecutor : IEmbeddingExecutor
{
    private readonly ConcurrentDictionary<(string Vendor, string Model), IEmbeddingGrain> _workers = new();
    private readonly IGrainFactory _grains;
    private readonly EmbeddingExecutor _routes;

    public GrainEmbeddingExecutor(IGrainFactory grains, EmbeddingCatalog catalog)
    {
        _grains = grains;
        _routes = new EmbeddingExecutor(catalog, (call, token) => Worker(call).Embed(call, token));
    }

    public void Check(EmbeddingRequest request) => _routes.Check(request);

    public Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken) =>
        _routes.EmbedAsync(request, cancellationToken);

    private IEmbeddingGrain Worker(EmbeddingCall call) => _workers.GetOrAdd(
        (call.Vendor, call.Model),
        static (key, factory) => factory.GetGrain<IEmbeddingGrain>($"{key.Vendor}/{key.Model}"),
        _grains);
}
