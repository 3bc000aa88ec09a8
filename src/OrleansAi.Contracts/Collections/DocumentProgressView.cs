namespace OrleansAi.Contracts.Collections;

/// <summary>How far the ingestion of a document is, as its owner sees it at this moment.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.document-progress-view")]
public sealed record DocumentProgressView
{
    /// <summary>What is under way: <c>waiting</c>, <c>receiving</c>, <c>extracting</c>, <c>chunking</c>, <c>embedding</c> or <c>indexing</c>.</summary>
    [Id(0)]
    public required string Stage { get; init; }

    /// <summary>How many different chunks it has; 0 while that is not known.</summary>
    [Id(1)]
    public int Chunks { get; init; }

    /// <summary>How many of them have their vectors.</summary>
    [Id(2)]
    public int EmbeddedChunks { get; init; }
}
