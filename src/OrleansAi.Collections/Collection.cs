using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Vectors;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Collections;

/// <summary>What callers do with a collection. Every answer has all that anybody was told of before it was asked for (invariant 9).</summary>
/// <param name="ledger">The collection's stream.</param>
/// <param name="files">The files that documents are made of.</param>
/// <param name="models">Which embedding model a route leads to.</param>
/// <param name="ids">Makes ids.</param>
/// <param name="time">The clock.</param>
/// <param name="limits">The bounds of a collection.</param>
public sealed class Collection(
    CollectionLedger ledger, IDocumentFiles files, EmbeddingModels models, IdSource ids, TimeProvider time, CollectionLimits limits)
{
    /// <summary>The most documents that are added at once, as many as OpenAI's API takes.</summary>
    public const int MostAtOnce = 500;

    /// <summary>Makes the collection. Doing it again gives the same one.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>, or why there are no vectors.</exception>
    public async Task<CollectionView> CreateAsync(NewCollection collection)
    {
        await ledger.ConfirmAsync();
        if (ledger.State.Status == CollectionStatus.None)
        {
            var created = new CollectionCreated
            {
                Id = ledger.Id,
                Name = collection.Name,
                Description = collection.Description,
                Metadata = collection.Metadata,
                ExpiresAfterDays = collection.ExpiresAfterDays,
                Generation = new IndexGeneration
                {
                    Number = 1,
                    Route = collection.EmbeddingRoute,
                    Model = await models.OfAsync(collection.EmbeddingRoute),
                    NamesVendor = true,
                    Analyzer = TextAnalyzer.English.Name,
                    Chunking = Views.ChunkingOf(collection.Chunking) ?? new ChunkingOptions(),
                },
            };
            await ledger.AppendAsync(state => state.Status == CollectionStatus.None ? CollectionDecisions.Create(state, created) : []);
        }

        return Views.Of(Existing());
    }

    /// <summary>The collection.</summary>
    public async Task<CollectionView> GetAsync() => Views.Of(await ReadAsync());

    /// <summary>
    /// Changes name, notes or expiry, or begins to index with another embedding model: that goes on in the background, and answers once it has every
    /// document. Naming the model that answers gives up one that is being built.
    /// </summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.InvalidRequest"/>; <see cref="ErrorCodes.VersionConflict"/>: a third model is being built; or why there are no vectors.
    /// </exception>
    public async Task<CollectionView> UpdateAsync(CollectionUpdate update, string? command = null)
    {
        await ReadAsync();
        var model = update.EmbeddingRoute is { } route ? await models.OfAsync(route) : null;
        var ingestion = ids.New(IdPrefixes.Ingestion);
        return await WriteAsync(
            command,
            state =>
            [
                .. CollectionDecisions.Update(state, new CollectionUpdated
                {
                    Name = update.Name ?? state.Name,
                    Description = update.Description ?? state.Description,
                    Metadata = update.Metadata ?? state.Metadata,
                    ExpiresAfterDays = update.SetsExpiry ? update.ExpiresAfterDays : state.ExpiresAfterDays,
                }),
                .. model is null ? [] : Reindex(state, state.Active! with { Route = update.EmbeddingRoute, Model = model, NamesVendor = true }, ingestion),
            ],
            Views.Of);
    }

    /// <summary>Deletes the collection and destroys the key to its contents. Doing it again changes nothing.</summary>
    public async Task DeleteAsync()
    {
        await ledger.ConfirmAsync();
        if (ledger.State.Status != CollectionStatus.Deleted)
        {
            Existing();
            var ingestion = ids.New(IdPrefixes.Ingestion);

            // Whoever takes the ingestion up deletes what is stored.
            await ledger.AppendAsync(state =>
                [.. CollectionDecisions.Delete(state), .. state.Ingestion is null ? CollectionDecisions.BeginIngestion(state, ingestion) : []]);
        }
    }

    /// <summary>Accepts documents.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>, <see cref="ErrorCodes.FileNotFound"/>.</exception>
    public async Task<IReadOnlyList<CollectionDocumentView>> AddAsync(string? batchId, IReadOnlyList<NewDocument> documents, string? command = null)
    {
        await ledger.ConfirmAsync();
        Existing();
        if (documents.Count is 0 or > MostAtOnce)
        {
            throw CollectionErrors.Invalid($"1 to {MostAtOnce} files are added at once, not {documents.Count}.", "file_ids");
        }

        var accepted = new List<DocumentAccepted>();
        foreach (var document in documents.DistinctBy(static document => document.FileId))
        {
            var file = await files.FindAsync(ledger.Tenant, document.FileId);
            accepted.Add(new DocumentAccepted
            {
                Id = file.Id,
                Name = file.Name,
                Attributes = Views.AttributesOf(document.Attributes),
                Chunking = Views.ChunkingOf(document.Chunking),
                BatchId = batchId,
            });
        }

        var ingestion = ids.New(IdPrefixes.Ingestion);
        return await WriteAsync(
            command,
            state => batchId is not null && state.Batches.ContainsKey(batchId)
                ? []
                :
                [
                    .. state.Ingestion is null ? CollectionDecisions.BeginIngestion(state, ingestion) : [],
                    .. accepted.SelectMany(command => CollectionDecisions.Accept(state, limits, command)),
                ],
            state => (IReadOnlyList<CollectionDocumentView>)
                [.. accepted.Where(command => state.Documents.ContainsKey(command.Id)).Select(command => Views.Of(state, state.Documents[command.Id]))]);
    }

    /// <summary>A document.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public async Task<CollectionDocumentView> GetDocumentAsync(string id)
    {
        var state = await ReadAsync();
        return Views.Of(state, Find(state, id));
    }

    /// <summary>A page of documents.</summary>
    public async Task<DocumentPage> ListDocumentsAsync(DocumentQuery query)
    {
        var state = await ReadAsync();
        if (query.BatchId is { } batch && !state.Batches.ContainsKey(batch))
        {
            throw CollectionErrors.BatchNotFound(batch);
        }

        var wanted = state.Documents.Values
            .Where(document => (query.BatchId is null || document.BatchId == query.BatchId)
                && (query.Status is null || Views.StatusOf(document) == query.Status));
        var (page, hasMore) = Pages.Of(wanted, static document => document.Id, query.After, query.Before, query.Ascending, query.Limit);
        return new DocumentPage { Documents = [.. page.Select(document => Views.Of(state, document))], HasMore = hasMore };
    }

    /// <summary>Replaces a document's attributes.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>, <see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public async Task<CollectionDocumentView> SetAttributesAsync(string id, IReadOnlyDictionary<string, CollectionAttribute> attributes, string? command = null)
    {
        var values = Views.AttributesOf(attributes);
        return await WriteAsync(
            command,
            state => CollectionDecisions.SetAttributes(state, new DocumentAttributesChanged { Id = id, Attributes = values }),
            state => Views.Of(state, Find(state, id)));
    }

    /// <summary>Removes a document.</summary>
    /// <returns>The version from which on it is not there any more.</returns>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public Task<long> RemoveAsync(string id, string? command = null) => WriteAsync(
        command, state => CollectionDecisions.Remove(state, new DocumentRemoved { Id = id }), static state => state.Version);

    /// <summary>A document's form that is searched now, with the key to its text.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public async Task<ManifestDocument?> FindLiveAsync(string id)
    {
        var state = await ReadAsync();
        Find(state, id);
        return state.Live(id);
    }

    /// <summary>A batch.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public async Task<DocumentBatchView> GetBatchAsync(string id)
    {
        var state = await ReadAsync();
        return state.Batches.TryGetValue(id, out var batch) ? Views.Of(state, batch) : throw CollectionErrors.BatchNotFound(id);
    }

    /// <summary>Cancels what of a batch is not ingested yet.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public Task<DocumentBatchView> CancelBatchAsync(string id) => WriteAsync(
        command: null,
        state => CollectionDecisions.CancelBatch(state, new DocumentBatchCancelled { Id = id }),
        state => Views.Of(state, state.Batches[id]));

    /// <summary>The version that a search would be answered with now.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.CollectionNotFound"/>, <see cref="ErrorCodes.VersionNotReached"/>, <see cref="ErrorCodes.VersionNotRetained"/>.
    /// </exception>
    public async Task<CollectionHead> ConfirmAsync(long? minVersion, long? atVersion)
    {
        var state = await ReadAsync();
        var version = VersionReads.Resolve(state, minVersion, atVersion);
        var generation = state.GenerationAt(version);
        return new CollectionHead
        {
            Version = version,
            EmbeddingRoute = generation.Route,
            EmbeddingModel = generation.Model.Name,
            NamesVendor = generation.NamesVendor,
        };
    }

    /// <summary>The state with all that was durable when this was called; expired, if its time is over.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.CollectionNotFound"/>.</exception>
    public async Task<CollectionState> ReadAsync()
    {
        await ledger.ConfirmAsync();
        var now = Now();
        var state = Existing();
        return CollectionDecisions.Expire(state, now).Count == 0
            ? state
            : await ledger.AppendAsync(again => CollectionDecisions.Expire(again, now));
    }

    /// <summary>Lets go what is old: the collection itself, or versions of it.</summary>
    public async Task TidyAsync(TimeSpan keepFor)
    {
        await ledger.LoadAsync();
        var now = Now();
        await ledger.AppendAsync(state => state.Status == CollectionStatus.Active && CollectionDecisions.Expire(state, now) is { Count: > 0 } expired
            ? expired
            : state.Status is CollectionStatus.Active or CollectionStatus.Expired ? Retention.Release(state, now, keepFor) : []);
        var ingestion = ids.New(IdPrefixes.Ingestion);
        await ledger.AppendAsync(state => state.HasUnneeded && state.Ingestion is null ? CollectionDecisions.BeginIngestion(state, ingestion) : []);
        await ledger.SnapshotAsync();
    }

    /// <summary>Notes that the collection was used.</summary>
    public Task TouchAsync()
    {
        var now = Now();
        return CollectionDecisions.Touch(ledger.State, now).Count == 0
            ? Task.CompletedTask
            : ledger.AppendAsync(state => CollectionDecisions.Touch(state, now));
    }

    private static DocumentEntry Find(CollectionState state, string id) =>
        state.Documents.TryGetValue(id, out var document) ? document : throw CollectionErrors.DocumentNotFound(id);

    // A collection whose time is over is expired before anything else is done with it.
    private async Task<T> WriteAsync<T>(string? command, Func<CollectionState, IReadOnlyList<CollectionChange>> decide, Func<CollectionState, T> view)
    {
        await ReadAsync();
        var after = await ledger.AppendAsync(command, state =>
        {
            if (state.Status is CollectionStatus.None or CollectionStatus.Deleted)
            {
                throw CollectionErrors.NotFound(ledger.Id);
            }

            return decide(state);
        });
        return view(after);
    }

    private static IEnumerable<CollectionChange> Reindex(CollectionState state, IndexGeneration wanted, string ingestion)
    {
        // The same model over another route makes the same vectors. Of one that does not say whose it is nobody knows that.
        if (wanted.Model == state.Active!.Model && wanted.NamesVendor == state.Active.NamesVendor)
        {
            return IndexDecisions.AbandonReindex(state);
        }

        var begun = IndexDecisions.BeginReindex(state, wanted);
        return begun.Count > 0 && state.Ingestion is null ? [.. CollectionDecisions.BeginIngestion(state, ingestion), .. begun] : begun;
    }

    private CollectionState Existing() => ledger.State.Status is CollectionStatus.Active or CollectionStatus.Expired
        ? ledger.State
        : throw CollectionErrors.NotFound(ledger.Id);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
