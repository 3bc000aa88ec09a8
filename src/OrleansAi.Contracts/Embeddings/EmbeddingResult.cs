using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Contracts.Embeddings;

/// <summary>What came of texts that should become vectors. A vendor's trouble is <see cref="Error"/>.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.embedding-result")]
public sealed record EmbeddingResult
{
    /// <summary>A vector for each text, in order; empty when <see cref="Error"/> is set.</summary>
    [Id(0)]
    public EmbeddingVectors Vectors { get; init; } = EmbeddingVectors.None;

    /// <summary>The configured name of the vendor that answered, or of the last one that was tried.</summary>
    [Id(1)]
    public required string Vendor { get; init; }

    /// <summary>The vendor's name of the model that was asked last.</summary>
    [Id(2)]
    public required string Model { get; init; }

    /// <summary>The model that the vendor says answered; the one that was asked when it does not say.</summary>
    [Id(3)]
    public string? ServedModel { get; init; }

    /// <summary>Tokens billed; null when the vendor did not say.</summary>
    [Id(4)]
    public Usage? Usage { get; init; }

    /// <summary>Every call made, in order.</summary>
    [Id(5)]
    public IReadOnlyList<VendorAttempt> Attempts { get; init; } = [];

    /// <summary>The first cause, when there is no answer.</summary>
    [Id(6)]
    public RunError? Error { get; init; }

    /// <summary>Whose model it is: the vendor, or what it is configured to be taken for; null where an older build answered.</summary>
    [Id(7)]
    public string? Origin { get; init; }

    /// <summary>
    /// What made the vectors, for example <c>openai/text-embedding-3-small</c>: two vendors may give the same name to different models.
    /// </summary>
    public string Identity => $"{Origin ?? Vendor}/{ServedModel ?? Model}";

    /// <summary>
    /// The space that the vectors are in, for example <c>text-embedding-3-small/1536</c>: vectors of two spaces say nothing about
    /// each other. Null when there is no answer.
    /// </summary>
    public string? Space => Error is null ? $"{ServedModel}/{Vectors.Dimensions}" : null;

    /// <summary>The same result, if it is one.</summary>
    /// <exception cref="OrleansAiException">It is an error.</exception>
    public EmbeddingResult ThrowIfFailed() => Error is { } error ? throw new OrleansAiException(error.Code, error.Message) : this;
}
