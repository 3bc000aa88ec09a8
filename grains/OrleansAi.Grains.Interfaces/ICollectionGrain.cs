using OrleansAi.Contracts.Collections;

namespace OrleansAi.Grains;

/// <summary>
/// The owner of one collection: its version counter, its manifest, its documents. The key is <c>tenant/id</c>. Every acknowledged change
/// that a search can see makes a version, and no read is answered with an older one unless it is asked for.
/// </summary>
[Alias("orleansai.grains.collection")]
public interface ICollectionGrain : IGrainWithStringKey
{
    /// <summary>Makes the collection. Doing it again gives the same one.</summary>
    [Alias("create")]
    Task<CollectionView> Create(NewCollection collection);

    /// <summary>The collection.</summary>
    [Alias("get")]
    Task<CollectionView> Get();

    /// <summary>Changes name, notes or expiry.</summary>
    [Alias("update")]
    Task<CollectionView> Update(CollectionUpdate update);

    /// <summary>Deletes the collection. The files of its documents stay.</summary>
    [Alias("delete")]
    Task Delete();

    /// <summary>Accepts documents for ingestion, which goes on by itself from then on.</summary>
    /// <param name="batchId">The batch that they are of; null for none.</param>
    /// <param name="documents">The documents. One whose id is there already replaces it once it is ingested.</param>
    [Alias("add")]
    Task<IReadOnlyList<CollectionDocumentView>> Add(string? batchId, IReadOnlyList<NewDocument> documents);

    /// <summary>A document.</summary>
    [Alias("get-document")]
    Task<CollectionDocumentView> GetDocument(string id);

    /// <summary>A page of documents.</summary>
    [Alias("list-documents")]
    Task<DocumentPage> ListDocuments(DocumentQuery query);

    /// <summary>Replaces a document's attributes.</summary>
    [Alias("set-attributes")]
    Task<CollectionDocumentView> SetAttributes(string id, IReadOnlyDictionary<string, CollectionAttribute> attributes);

    /// <summary>Removes a document; no version from the returned one on has it.</summary>
    [Alias("remove")]
    Task<long> Remove(string id);

    /// <summary>The text of a document as it is searched, chunk by chunk.</summary>
    [Alias("read-document")]
    Task<IReadOnlyList<string>> ReadDocument(string id);

    /// <summary>A batch.</summary>
    [Alias("get-batch")]
    Task<DocumentBatchView> GetBatch(string id);

    /// <summary>Cancels what of a batch is not ingested yet.</summary>
    [Alias("cancel-batch")]
    Task<DocumentBatchView> CancelBatch(string id);

    /// <summary>Answers a question.</summary>
    [Alias("search")]
    Task<CollectionAnswer> Search(CollectionSearch search);

    /// <summary>Confirms the version that a search would be answered with now, without searching.</summary>
    /// <param name="minVersion">The version that an acknowledged write named; null for none.</param>
    /// <param name="atVersion">An older version that is asked for on purpose; null for the newest.</param>
    [Alias("confirm")]
    Task<CollectionHead> Confirm(long? minVersion, long? atVersion);

    /// <summary>What happened while it was ingested, behind an event; waits for some seconds when there is nothing yet.</summary>
    /// <param name="after">The number of the last event that is known; 0 for none.</param>
    [Alias("read-events")]
    Task<CollectionEventPage> ReadEvents(long after);

    /// <summary>Takes up what is left to ingest.</summary>
    [Alias("wake")]
    Task Wake();

    /// <summary>What a shard has to know of a version.</summary>
    /// <param name="shard">The shard's number.</param>
    /// <param name="from">The version that it has; null for none.</param>
    /// <param name="version">The version that it needs.</param>
    [Alias("describe")]
    Task<ShardManifest> Describe(int shard, long? from, long version);
}
