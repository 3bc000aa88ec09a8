using OrleansAi.Contracts.Embeddings;

namespace OrleansAi.Grains;

/// <summary>Takes embedding requests of one tenant, whose id is the key, along their routes. A stateless worker.</summary>
[Alias("orleansai.grains.embedding-router")]
public interface IEmbeddingRouterGrain : IGrainWithStringKey
{
    /// <summary>Makes the vectors. A vendor's trouble is a value in the result; a route that does not exist is an exception.</summary>
    [Alias("embed")]
    [ResponseTimeout("01:00:00")]
    Task<EmbeddingResult> Embed(EmbeddingRequest request, CancellationToken cancellationToken = default);
}
