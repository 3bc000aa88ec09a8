namespace OrleansAi.Contracts.Collections;

/// <summary>A file that shall become a document, or the next form of one.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.new-document")]
public sealed record NewDocument
{
    /// <summary>The file, which the tenant has uploaded.</summary>
    [Id(0)]
    public required string FileId { get; init; }

    /// <summary>What filters compare.</summary>
    [Id(1)]
    public IReadOnlyDictionary<string, CollectionAttribute> Attributes { get; init; } = new Dictionary<string, CollectionAttribute>();

    /// <summary>How it is cut; null for as the collection says.</summary>
    [Id(2)]
    public CollectionChunking? Chunking { get; init; }
}
