using OrleansAi.Contracts.Embeddings;
using OrleansAi.Vendors.Pipeline;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>What a vendor answered to one call, not yet validated.</summary>
/// <param name="Vectors">A vector for each text, in the order of the texts; null where the answer had none.</param>
/// <param name="ServedModel">The model that the vendor says answered; null when it does not say.</param>
/// <param name="InputTokens">Tokens billed; null when it does not say.</param>
internal sealed record EmbeddingAnswer(IReadOnlyList<float[]?> Vectors, string? ServedModel, int? InputTokens);

/// <summary>
/// Speaks one vendor's wire format for embeddings. Makes exactly one call each time: deadlines, retries, limits and validation
/// are around it.
/// </summary>
internal interface IEmbeddingAdapter
{
    /// <summary>The provider's name in the OpenTelemetry GenAI conventions.</summary>
    string Provider { get; }

    /// <summary>Where the calls go to; null when they stay in the process.</summary>
    Uri? Address { get; }

    /// <summary>The form in which vectors are asked for, for telemetry; null where there is no choice.</summary>
    string? EncodingFormat => null;

    /// <summary>Makes a call.</summary>
    /// <exception cref="VendorException">It failed.</exception>
    Task<EmbeddingAnswer> EmbedAsync(EmbeddingCall call, CancellationToken cancellationToken);
}
