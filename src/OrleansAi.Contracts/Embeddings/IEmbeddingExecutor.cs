using OrleansAi.Contracts.Errors;

namespace OrleansAi.Contracts.Embeddings;

/// <summary>The way from texts to their vectors, along the configured routes.</summary>
public interface IEmbeddingExecutor
{
    /// <summary>Makes sure that a request can be carried out as far as the configuration tells.</summary>
    /// <exception cref="OrleansAiException">There is no such route, or it cannot give vectors of this length.</exception>
    void Check(EmbeddingRequest request);

    /// <summary>
    /// Makes the vectors, all in one space: in batches that the vendor takes, and at one candidate of the route. A vendor's trouble
    /// is a value in the result.
    /// </summary>
    /// <exception cref="OrleansAiException">As <see cref="Check"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken);
}
