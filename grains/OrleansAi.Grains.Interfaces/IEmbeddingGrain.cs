using OrleansAi.Contracts.Embeddings;

namespace OrleansAi.Grains;

/// <summary>
/// Calls one embedding model of one vendor. A stateless worker with the key <c>vendor/model</c>. Not versioned by Orleans: this
/// interface only ever grows. A vendor's trouble is a value in the result, not an exception.
/// </summary>
[Alias("orleansai.grains.embedding")]
public interface IEmbeddingGrain : IGrainWithStringKey
{
    /// <summary>Makes the call and returns its outcome.</summary>
    [Alias("embed")]
    [ResponseTimeout("01:00:00")]
    Task<EmbeddingResult> Embed(EmbeddingCall call, CancellationToken cancellationToken = default);
}
