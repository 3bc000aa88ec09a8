namespace OrleansAi.Contracts.Collections;

/// <summary>A collection: a versioned body of documents that can be searched, OpenAI's vector store.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-view")]
public sealed record CollectionView
{
    /// <summary>Its id, <c>vs_…</c>.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Its name; may be empty.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The caller's notes.</summary>
    [Id(2)]
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    [Id(3)]
    public required long CreatedAt { get; init; }

    /// <summary>When it was last used, Unix milliseconds.</summary>
    [Id(4)]
    public required long LastActiveAt { get; init; }

    /// <summary>After how many days without use it expires; null for never.</summary>
    [Id(5)]
    public int? ExpiresAfterDays { get; init; }

    /// <summary>When it expires, Unix milliseconds; null for never.</summary>
    [Id(6)]
    public long? ExpiresAt { get; init; }

    /// <summary>True when its time is over; it has no documents any more.</summary>
    [Id(7)]
    public bool IsExpired { get; init; }

    /// <summary>Its newest version. A read that must see a write names the version that the write was acknowledged with.</summary>
    [Id(8)]
    public required long Version { get; init; }

    /// <summary>The oldest version that can be read.</summary>
    [Id(9)]
    public required long OldestVersion { get; init; }

    /// <summary>The size of the text of all its documents.</summary>
    [Id(10)]
    public required long Bytes { get; init; }

    /// <summary>How many documents are how far.</summary>
    [Id(11)]
    public required DocumentCounts Documents { get; init; }

    /// <summary>What makes the vectors, for example <c>builtin/lexical-1</c>.</summary>
    [Id(12)]
    public required string EmbeddingModel { get; init; }

    /// <summary>How many numbers its vectors have.</summary>
    [Id(13)]
    public required int Dimensions { get; init; }

    /// <summary>The indexing with another embedding model; null when none is under way.</summary>
    [Id(14)]
    public ReindexView? Reindex { get; init; }

    /// <summary>What it is for, in the caller's words; null for nothing.</summary>
    [Id(15)]
    public string? Description { get; init; }
}
