namespace OrleansAi.Contracts.Collections;

/// <summary>A collection is being indexed with another embedding model; the one before answers until all documents are there.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.reindex-view")]
public sealed record ReindexView
{
    /// <summary>What makes the new vectors.</summary>
    [Id(0)]
    public required string EmbeddingModel { get; init; }

    /// <summary>How many numbers they have.</summary>
    [Id(1)]
    public required int Dimensions { get; init; }

    /// <summary>How many documents are in the new index.</summary>
    [Id(2)]
    public required int Completed { get; init; }

    /// <summary>How many there are to be.</summary>
    [Id(3)]
    public required int Total { get; init; }
}
