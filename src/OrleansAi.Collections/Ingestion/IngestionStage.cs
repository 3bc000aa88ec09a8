namespace OrleansAi.Collections.Ingestion;

/// <summary>The stages of a document's ingestion, in order. A process may end at any of them.</summary>
public static class IngestionStage
{
    /// <summary>The document's file was read.</summary>
    public const string Received = "document-received";

    /// <summary>Its text was taken from the file.</summary>
    public const string Extracted = "document-extracted";

    /// <summary>It was cut into chunks.</summary>
    public const string Chunked = "document-chunked";

    /// <summary>A batch of its chunks was embedded; nothing of that is durable yet.</summary>
    public const string Embedded = "document-embedded";

    /// <summary>Vectors of a batch are durable.</summary>
    public const string EmbeddingsStored = "document-embeddings-stored";

    /// <summary>Its segment and its text are durable; nobody finds them yet.</summary>
    public const string Indexed = "document-indexed";

    /// <summary>The version that has it is durable.</summary>
    public const string Published = "document-published";

    /// <summary>A document is about to be taken into an index of another embedding model.</summary>
    public const string Reindexing = "document-reindexing";

    /// <summary>An index of another embedding model has every document; nobody is answered from it yet.</summary>
    public const string Complete = "index-complete";

    /// <summary>An index of another embedding model answers from here on.</summary>
    public const string Switched = "index-switched";

    /// <summary>The collection says what nobody needs any more; nothing of it is deleted yet.</summary>
    public const string Unneeded = "unneeded-noted";

    /// <summary>Contents that nobody needs are deleted from the store, vectors are not yet.</summary>
    public const string ContentsReleased = "unneeded-contents-released";

    /// <summary>What nobody needs is deleted from the store; the collection does not say so yet.</summary>
    public const string Released = "unneeded-released";

    /// <summary>The collection says that what nobody needed is deleted.</summary>
    public const string ReleaseNoted = "unneeded-release-noted";
}
