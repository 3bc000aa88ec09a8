namespace OrleansAi.Contracts.Collections;

/// <summary>Something that happened while a collection was ingested: a view of one record of its stream.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-event")]
public sealed record CollectionEvent
{
    /// <summary>Its number: rises, with gaps, and names the same event for ever.</summary>
    [Id(0)]
    public required long Sequence { get; init; }

    /// <summary>What happened.</summary>
    [Id(1)]
    public required CollectionEventKind Kind { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    [Id(2)]
    public required long At { get; init; }

    /// <summary>The version that it made; null when it made none.</summary>
    [Id(3)]
    public long? Version { get; init; }

    /// <summary>The documents that it is about.</summary>
    [Id(4)]
    public IReadOnlyList<CollectionEventDocument> Documents { get; init; } = [];
}

/// <summary>A document that an event is about.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-event-document")]
public sealed record CollectionEventDocument
{
    /// <summary>Its id in the collection.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>How many chunks it has; null when that is not known yet.</summary>
    [Id(1)]
    public int? Chunks { get; init; }

    /// <summary>Why it failed: a code that errors have.</summary>
    [Id(2)]
    public string? FailureCode { get; init; }

    /// <summary>Why it failed, for the caller.</summary>
    [Id(3)]
    public string? FailureMessage { get; init; }
}

/// <summary>What happened.</summary>
public enum CollectionEventKind
{
    /// <summary>There are documents to ingest; told again when another owner takes that up.</summary>
    IngestionStarted = 0,

    /// <summary>A document was accepted.</summary>
    DocumentAccepted = 1,

    /// <summary>Documents are searched from here on.</summary>
    DocumentsCompleted = 2,

    /// <summary>A document was set aside.</summary>
    DocumentFailed = 3,

    /// <summary>A document was removed.</summary>
    DocumentRemoved = 4,

    /// <summary>Nothing is left to ingest.</summary>
    IngestionCompleted = 5,

    /// <summary>The collection is being indexed with another embedding model.</summary>
    ReindexStarted = 6,

    /// <summary>The index of the other embedding model answers from here on.</summary>
    ReindexCompleted = 7,

    /// <summary>Indexing with another embedding model was given up.</summary>
    ReindexAbandoned = 8,

    /// <summary>The collection expired.</summary>
    Expired = 9,
}

/// <summary>Some events, in order.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-event-page")]
public sealed record CollectionEventPage
{
    /// <summary>The events; empty when none came in time.</summary>
    [Id(0)]
    public required IReadOnlyList<CollectionEvent> Events { get; init; }

    /// <summary>True when these are all, and nothing is being ingested that could bring more.</summary>
    [Id(1)]
    public bool IsLast { get; init; }

    /// <summary>Behind what the next page begins.</summary>
    [Id(2)]
    public required long Through { get; init; }
}
