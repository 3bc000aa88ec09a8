using System.Runtime.CompilerServices;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Grains;

namespace OrleansAi.Client.Collections;

/// <summary>
/// Calls about the collections of one tenant. Errors are <see cref="OrleansAiException"/>; every call about a collection that is not
/// there is <see cref="ErrorCodes.CollectionNotFound"/>.
/// </summary>
public sealed class CollectionClient
{
    private readonly OrleansAiClient _client;
    private readonly IGrainFactory _grains;
    private readonly IdSource _ids;
    private readonly string _tenant;

    internal CollectionClient(OrleansAiClient client, IGrainFactory grains, IdSource ids, string tenant)
    {
        (_client, _grains, _ids, _tenant) = (client, grains, ids, tenant);
    }

    /// <summary>Makes a collection.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public async Task<CollectionView> CreateAsync(NewCollection collection, CancellationToken cancellationToken = default)
    {
        var id = _ids.New(IdPrefixes.Collection);
        return await CallAsync(
            async () =>
            {
                await Catalog().Enter(id);
                try
                {
                    return await Collection(id).Create(collection);
                }
                catch (OrleansAiException exception) when (exception.Code != ErrorCodes.StorageUnavailable)
                {
                    // What was refused is not there, and must not count among those that are.
                    await Catalog().Remove(id);
                    throw;
                }
            },
            cancellationToken);
    }

    /// <summary>A collection.</summary>
    public Task<CollectionView> GetAsync(string id, CancellationToken cancellationToken = default) =>
        CallAsync(() => Existing(id).Get(), cancellationToken);

    /// <summary>A page of collections.</summary>
    public Task<CollectionPage> ListAsync(CollectionQuery query, CancellationToken cancellationToken = default) =>
        CallAsync(() => Catalog().List(query), cancellationToken);

    /// <summary>Changes name, notes or expiry.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public Task<CollectionView> UpdateAsync(string id, CollectionUpdate update, CancellationToken cancellationToken = default) =>
        CommandAsync(() => Existing(id).Update(update), cancellationToken);

    /// <summary>Deletes a collection. The files of its documents stay.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) => CallAsync(
        async () =>
        {
            await Existing(id).Delete();
            await Catalog().Remove(id);
            return true;
        },
        cancellationToken);

    /// <summary>Accepts a document for ingestion, which goes on by itself from then on.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/>, <see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public async Task<CollectionDocumentView> AddAsync(string id, NewDocument document, CancellationToken cancellationToken = default) =>
        (await CommandAsync(() => Existing(id).Add(null, [document]), cancellationToken))[0];

    /// <summary>Accepts several documents as one batch.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/>, <see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public Task<DocumentBatchView> AddBatchAsync(string id, IReadOnlyList<NewDocument> documents, CancellationToken cancellationToken = default)
    {
        var batch = _ids.New(IdPrefixes.DocumentBatch);
        return CommandAsync(
            async () =>
            {
                await Existing(id).Add(batch, documents);
                return await Existing(id).GetBatch(batch);
            },
            cancellationToken);
    }

    /// <summary>A document.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public Task<CollectionDocumentView> GetDocumentAsync(string id, string documentId, CancellationToken cancellationToken = default) =>
        CallAsync(() => Existing(id).GetDocument(documentId), cancellationToken);

    /// <summary>A page of documents.</summary>
    public Task<DocumentPage> ListDocumentsAsync(string id, DocumentQuery query, CancellationToken cancellationToken = default) =>
        CallAsync(() => Existing(id).ListDocuments(query), cancellationToken);

    /// <summary>Replaces a document's attributes.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>, <see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public Task<CollectionDocumentView> SetAttributesAsync(
        string id, string documentId, IReadOnlyDictionary<string, CollectionAttribute> attributes, CancellationToken cancellationToken = default) =>
        CommandAsync(() => Existing(id).SetAttributes(documentId, attributes), cancellationToken);

    /// <summary>Removes a document.</summary>
    /// <returns>The version from which on it is not there any more.</returns>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public Task<long> RemoveAsync(string id, string documentId, CancellationToken cancellationToken = default) =>
        CommandAsync(() => Existing(id).Remove(documentId), cancellationToken);

    /// <summary>The text of a document as it is searched, chunk by chunk.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public Task<IReadOnlyList<string>> ReadDocumentAsync(string id, string documentId, CancellationToken cancellationToken = default) =>
        CallAsync(() => Existing(id).ReadDocument(documentId), cancellationToken);

    /// <summary>A batch.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public Task<DocumentBatchView> GetBatchAsync(string id, string batchId, CancellationToken cancellationToken = default) =>
        CallAsync(() => Existing(id).GetBatch(batchId), cancellationToken);

    /// <summary>Cancels what of a batch is not ingested yet.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public Task<DocumentBatchView> CancelBatchAsync(string id, string batchId, CancellationToken cancellationToken = default) =>
        CallAsync(() => Existing(id).CancelBatch(batchId), cancellationToken);

    /// <summary>Answers a question with the newest version, or with the one that is asked for.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.InvalidRequest"/>, <see cref="ErrorCodes.VersionNotReached"/>, <see cref="ErrorCodes.VersionNotRetained"/>.
    /// </exception>
    public Task<CollectionAnswer> SearchAsync(string id, CollectionSearch search, CancellationToken cancellationToken = default) =>
        CallAsync(() => Existing(id).Search(search), cancellationToken);

    /// <summary>
    /// What happens while a collection is ingested, behind an event, until nothing is left to ingest. It can be taken up again behind any event.
    /// </summary>
    /// <param name="id">The collection.</param>
    /// <param name="after">The number of the last event that is known; 0 for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async IAsyncEnumerable<CollectionEvent> FollowAsync(
        string id, long after = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        CollectionEventPage page;
        do
        {
            page = await CallAsync(() => Existing(id).ReadEvents(after), cancellationToken);
            foreach (var next in page.Events)
            {
                yield return next;
            }

            after = page.Through;
        }
        while (!page.IsLast);
    }

    // Every call can be done again without harm: a command that finds its work done changes nothing.
    private Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) => _client.CallAsync(call, mayRepeat: true, cancellationToken);

    // Only that a command is the same as one before makes that true when others came between: it has an id.
    private Task<T> CommandAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var id = _ids.New(IdPrefixes.Command);
        return CallAsync(
            () =>
            {
                CollectionCommand.Set(id);
                return call();
            },
            cancellationToken);
    }

    private ICollectionCatalogGrain Catalog() => _grains.GetGrain<ICollectionCatalogGrain>(_tenant);

    private ICollectionGrain Collection(string id) => _grains.GetGrain<ICollectionGrain>($"{_tenant}/{id}");

    // An id that we never made cannot exist: it is refused here, before it can wake a grain.
    private ICollectionGrain Existing(string id) =>
        id.Length <= 64 && IdText.IsPossible(id) && id.StartsWith(IdPrefixes.Collection, StringComparison.Ordinal)
            ? Collection(id)
            : throw new OrleansAiException(ErrorCodes.CollectionNotFound, $"There is no vector store '{(id.Length <= 64 ? id : id[..64])}'.");
}
