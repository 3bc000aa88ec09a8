namespace OrleansAi.Journal;

/// <summary>What a record says. The numbers are stored: never change or reuse one.</summary>
public enum RecordKind : short
{
    /// <summary>A conversation came into being.</summary>
    ConversationCreated = 1,

    /// <summary>A conversation's metadata changed.</summary>
    ConversationUpdated = 2,

    /// <summary>A conversation was deleted.</summary>
    ConversationDeleted = 3,

    /// <summary>Items were added without a run.</summary>
    ItemsAdded = 4,

    /// <summary>A run was admitted.</summary>
    RunAdmitted = 5,

    /// <summary>A run was taken up again after its owner was lost.</summary>
    RunRecovered = 6,

    /// <summary>A run ended; holds its steps.</summary>
    RunEnded = 7,

    /// <summary>Items or whole runs were deleted.</summary>
    ItemsDeleted = 8,

    /// <summary>A step of a run is done, before the run is; the end of the run has it again.</summary>
    RunStepped = 9,

    /// <summary>Retention has let content of runs go.</summary>
    RunsReleased = 20,

    /// <summary>A run was pinned, so that retention leaves it, or unpinned.</summary>
    RunPinChanged = 21,

    /// <summary>Retention went over a tenant's runs; says how far.</summary>
    RetentionPassed = 22,

    /// <summary>A project was made.</summary>
    ProjectCreated = 40,

    /// <summary>A key was made; holds its keyed hash.</summary>
    KeyCreated = 41,

    /// <summary>A key was revoked.</summary>
    KeyRevoked = 42,

    /// <summary>A management call was made.</summary>
    ManagementCalled = 43,

    /// <summary>A piece of a file's content was stored.</summary>
    FileChunkStored = 50,

    /// <summary>A file's content was destroyed.</summary>
    FileContentErased = 51,

    /// <summary>An upload began.</summary>
    FileUploadBegun = 52,

    /// <summary>An upload became a file.</summary>
    FilePublished = 53,

    /// <summary>A file was deleted, or an upload given up.</summary>
    FileDeleted = 54,

    /// <summary>The content of a deleted file is destroyed.</summary>
    FileErased = 55,

    /// <summary>The whole catalog of a tenant's files.</summary>
    FileCatalogSnapshot = 56,

    /// <summary>A collection came into being.</summary>
    CollectionCreated = 60,

    /// <summary>A collection's name, metadata or expiry changed.</summary>
    CollectionUpdated = 61,

    /// <summary>A collection was used; its expiry counts from here.</summary>
    CollectionTouched = 62,

    /// <summary>A collection expired.</summary>
    CollectionExpired = 63,

    /// <summary>A collection was deleted.</summary>
    CollectionDeleted = 64,

    /// <summary>A document was accepted for a collection and is to be indexed.</summary>
    DocumentAccepted = 65,

    /// <summary>Documents were indexed: they are searched from here on.</summary>
    DocumentsIndexed = 66,

    /// <summary>A document could not be indexed.</summary>
    DocumentFailed = 67,

    /// <summary>A document's attributes changed.</summary>
    DocumentAttributesChanged = 68,

    /// <summary>A document was removed.</summary>
    DocumentRemoved = 69,

    /// <summary>Segments were merged into one.</summary>
    SegmentsMerged = 70,

    /// <summary>Indexing a collection anew, with another model or chunking, began.</summary>
    ReindexBegun = 71,

    /// <summary>Indexing a collection anew was given up.</summary>
    ReindexAbandoned = 72,

    /// <summary>A collection changed over to its new index.</summary>
    IndexSwitched = 73,

    /// <summary>Old versions of a collection were let go.</summary>
    VersionsReleased = 74,

    /// <summary>A collection has documents to index, or another owner took that up.</summary>
    IngestionBegun = 75,

    /// <summary>A collection has no documents to index any more.</summary>
    IngestionEnded = 76,

    /// <summary>A batch of documents was cancelled.</summary>
    DocumentBatchCancelled = 77,

    /// <summary>A snapshot of a collection was stored, from which loading may begin.</summary>
    CollectionSnapshotStored = 78,

    /// <summary>Contents of a collection were stored: parts of its index and texts.</summary>
    CollectionContentsStored = 79,

    /// <summary>Vectors of a document were stored, so that nothing is embedded twice.</summary>
    EmbeddingsStored = 80,

    /// <summary>A collection was entered in its tenant's catalog.</summary>
    CollectionEntered = 81,

    /// <summary>A collection was taken out of its tenant's catalog.</summary>
    CollectionLeft = 82,

    /// <summary>The whole catalog of a tenant's collections.</summary>
    CollectionCatalogSnapshot = 83,

    /// <summary>Contents of a collection, or vectors of a document, that nobody needs any more were deleted.</summary>
    ContentsReleased = 90,

    /// <summary>What a collection did not need any more is deleted from the store.</summary>
    UnneededReleased = 91,
}

/// <summary>A record that is to be appended.</summary>
/// <param name="RecordId">Unique; it tells whether an append whose outcome is unknown has happened.</param>
/// <param name="Kind">What the record says.</param>
/// <param name="Body">The body, UTF-8 JSON.</param>
/// <param name="At">When it was made, Unix milliseconds.</param>
public sealed record NewRecord(Guid RecordId, RecordKind Kind, ReadOnlyMemory<byte> Body, long At);

/// <summary>A record at its place in a stream.</summary>
/// <param name="Position">Its place, from 1, without gaps.</param>
/// <param name="RecordId">Unique.</param>
/// <param name="Kind">What the record says.</param>
/// <param name="Body">The body, UTF-8 JSON.</param>
/// <param name="At">When it was made, Unix milliseconds.</param>
public sealed record JournalRecord(long Position, Guid RecordId, RecordKind Kind, ReadOnlyMemory<byte> Body, long At);
