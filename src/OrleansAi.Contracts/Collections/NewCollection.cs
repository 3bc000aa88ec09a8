namespace OrleansAi.Contracts.Collections;

/// <summary>What a collection shall be.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.new-collection")]
public sealed record NewCollection
{
    /// <summary>Its name; may be empty.</summary>
    [Id(0)]
    public string Name { get; init; } = "";

    /// <summary>The caller's notes.</summary>
    [Id(1)]
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>After how many days without use it expires; null for never.</summary>
    [Id(2)]
    public int? ExpiresAfterDays { get; init; }

    /// <summary>How documents are cut that ask for nothing else; null for 800 tokens with an overlap of 400.</summary>
    [Id(3)]
    public CollectionChunking? Chunking { get; init; }

    /// <summary>The route of the embedding model; null for <c>default</c>.</summary>
    [Id(4)]
    public string? EmbeddingRoute { get; init; }

    /// <summary>What it is for, in the caller's words; null for nothing.</summary>
    [Id(5)]
    public string? Description { get; init; }
}
