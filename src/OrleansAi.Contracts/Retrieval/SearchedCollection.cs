namespace OrleansAi.Contracts.Retrieval;

/// <summary>A collection that a turn was told out of, at the version that was used.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.searched-collection")]
public sealed record SearchedCollection
{
    /// <summary>The collection.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The version that every passage of it is of.</summary>
    [Id(1)]
    public required long Version { get; init; }

    /// <summary>What made its vectors, for example <c>builtin/lexical-1</c>.</summary>
    [Id(2)]
    public string? EmbeddingModel { get; init; }

    /// <summary>True when the conversation's cache had the answer, and its owner confirmed the version.</summary>
    [Id(3)]
    public bool IsCached { get; init; }

    /// <summary>Which shards are not in the answer, and why; empty when it is whole.</summary>
    [Id(4)]
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>True when the version was asked for on purpose, and not the newest was wanted.</summary>
    [Id(5)]
    public bool IsAtVersion { get; init; }
}

/// <summary>What a turn's retrieval used, as operators see it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.retrieval-view")]
public sealed record RetrievalView
{
    /// <summary>The collections with their versions.</summary>
    [Id(0)]
    public required IReadOnlyList<SearchedCollection> Collections { get; init; }

    /// <summary>The question; null once it was destroyed.</summary>
    [Id(1)]
    public string? Query { get; init; }

    /// <summary>The passages, best first.</summary>
    [Id(2)]
    public required IReadOnlyList<RetrievedPassage> Passages { get; init; }

    /// <summary>How fresh it had to be: <c>fresh</c> or <c>at_version</c>.</summary>
    [Id(3)]
    public required string Staleness { get; init; }
}
