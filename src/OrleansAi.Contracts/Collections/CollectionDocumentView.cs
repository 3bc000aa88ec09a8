namespace OrleansAi.Contracts.Collections;

/// <summary>A document of a collection, OpenAI's vector store file.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-document-view")]
public sealed record CollectionDocumentView
{
    /// <summary>The id of the file it is made of, which is its id in the collection.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The collection.</summary>
    [Id(1)]
    public required string CollectionId { get; init; }

    /// <summary>Its file name.</summary>
    [Id(2)]
    public required string Name { get; init; }

    /// <summary>How far it is.</summary>
    [Id(3)]
    public required CollectionDocumentStatus Status { get; init; }

    /// <summary>When it was added, Unix milliseconds.</summary>
    [Id(4)]
    public required long CreatedAt { get; init; }

    /// <summary>The size of its text as it is searched; 0 before that.</summary>
    [Id(5)]
    public long Bytes { get; init; }

    /// <summary>How many chunks it has as it is searched.</summary>
    [Id(6)]
    public int Chunks { get; init; }

    /// <summary>What filters compare.</summary>
    [Id(7)]
    public required IReadOnlyDictionary<string, CollectionAttribute> Attributes { get; init; }

    /// <summary>How it is cut.</summary>
    [Id(8)]
    public required CollectionChunking Chunking { get; init; }

    /// <summary>Why it failed: a code that errors have.</summary>
    [Id(9)]
    public string? FailureCode { get; init; }

    /// <summary>Why it failed, for the caller.</summary>
    [Id(10)]
    public string? FailureMessage { get; init; }

    /// <summary>The version of the collection that acknowledged the last change to it.</summary>
    [Id(11)]
    public long Version { get; init; }

    /// <summary>How far its ingestion is; null when none is under way.</summary>
    [Id(12)]
    public DocumentProgressView? Progress { get; init; }
}
