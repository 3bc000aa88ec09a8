namespace OrleansAi.Contracts.Embeddings;

/// <summary>Texts that shall become vectors, along a route.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.embedding-request")]
public sealed record EmbeddingRequest
{
    /// <summary>The route; null for <c>default</c>.</summary>
    [Id(0)]
    public string? Route { get; init; }

    /// <summary>The texts, in order; none is empty.</summary>
    [Id(1)]
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>How many numbers each vector shall have; null for as many as the model gives.</summary>
    [Id(2)]
    public int? Dimensions { get; init; }

    /// <summary>The instant at which the work is given up, whatever happens to cancellation messages; Unix milliseconds.</summary>
    [Id(3)]
    public required long Deadline { get; init; }

    /// <summary>A name of the end user that tells nothing about the person.</summary>
    [Id(4)]
    public string? SafetyIdentifier { get; init; }
}
