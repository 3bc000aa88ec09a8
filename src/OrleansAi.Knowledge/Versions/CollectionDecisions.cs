using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Filters;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Knowledge.Versions;

/// <summary>
/// What a command makes of a collection: the changes to append, none when everything is as the command wants it already, so that
/// a command may be repeated after a crash. Nothing here changes the state.
/// </summary>
public static class CollectionDecisions
{
    /// <summary>Makes the collection.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>, <see cref="ErrorCodes.AlreadyExists"/>.</exception>
    public static IReadOnlyList<CollectionChange> Create(CollectionState state, CollectionCreated command)
    {
        if (state.Status != CollectionStatus.None)
        {
            throw new OrleansAiException(ErrorCodes.AlreadyExists, $"The collection '{state.Id}' exists already.");
        }

        CheckNotes(command.Name, command.Description, command.Metadata, command.ExpiresAfterDays);
        CheckGeneration(command.Generation);
        return [command];
    }

    /// <summary>Replaces name, metadata and expiry.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>, <see cref="ErrorCodes.VersionConflict"/>.</exception>
    public static IReadOnlyList<CollectionChange> Update(CollectionState state, CollectionUpdated command)
    {
        CheckActive(state);
        CheckNotes(command.Name, command.Description, command.Metadata, command.ExpiresAfterDays);
        return [command];
    }

    /// <summary>Accepts a document, a new one or the next form of one.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>, <see cref="ErrorCodes.VersionConflict"/>.</exception>
    public static IReadOnlyList<CollectionChange> Accept(CollectionState state, CollectionLimits limits, DocumentAccepted command)
    {
        CheckActive(state);
        AttributeRules.Check(command.Attributes);
        command.Chunking?.Check();
        CheckName(command.Id, "file_id");
        CheckName(command.Name, "filename");
        if (!state.Documents.ContainsKey(command.Id) && state.Documents.Count >= limits.MostDocuments)
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest, $"The collection has {state.Documents.Count} documents, as many as it may have; remove some first.");
        }

        return [command];
    }

    /// <summary>Takes what ingestion indexed. Documents that were removed or replaced meanwhile are left out.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.VersionConflict"/>: the generation is neither searched nor being built any more.
    /// </exception>
    public static IReadOnlyList<CollectionChange> Publish(CollectionState state, DocumentsIndexed command)
    {
        CheckActive(state);
        var isSearched = command.Generation == state.Active!.Number;
        if (!isSearched && command.Generation != state.Building?.Number)
        {
            throw new OrleansAiException(
                ErrorCodes.VersionConflict,
                $"Segments of generation {command.Generation} came; generation {state.Active.Number} is searched"
                + (state.Building is null ? "." : $" and {state.Building.Number} is being built."));
        }

        // A new index is only built of what is searched; what comes later is indexed into both.
        var known = state.Segments.Select(static entry => entry.Segment.Id).ToHashSet(StringComparer.Ordinal);
        var wanted = isSearched
            ? command.Documents.Where(document => IsAwaited(state, document.Id, document.Acceptance)).ToArray()
            : command.Documents.Where(document => state.Live(document.Id)?.Hash == document.Hash
                && !command.Segments.Any(segment => known.Contains(segment.Id))).ToArray();
        return wanted.Length == 0 ? [] : [command with { Documents = wanted, Version = isSearched ? state.Version + 1 : null }];
    }

    /// <summary>Sets a document aside that cannot be indexed.</summary>
    public static IReadOnlyList<CollectionChange> Fail(CollectionState state, DocumentFailed command) =>
        IsAwaited(state, command.Id, command.Acceptance) ? [command] : [];

    /// <summary>Replaces a document's attributes.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>, <see cref="ErrorCodes.DocumentNotFound"/>, <see cref="ErrorCodes.VersionConflict"/>.</exception>
    public static IReadOnlyList<CollectionChange> SetAttributes(CollectionState state, DocumentAttributesChanged command)
    {
        CheckActive(state);
        AttributeRules.Check(command.Attributes);
        if (!state.Documents.TryGetValue(command.Id, out var document))
        {
            throw new OrleansAiException(ErrorCodes.DocumentNotFound, $"The collection has no document '{command.Id}'.");
        }

        return IsSame(document.Attributes, command.Attributes) ? [] : [command];
    }

    /// <summary>Removes a document.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>, <see cref="ErrorCodes.VersionConflict"/>.</exception>
    public static IReadOnlyList<CollectionChange> Remove(CollectionState state, DocumentRemoved command)
    {
        CheckActive(state);
        return state.Documents.ContainsKey(command.Id)
            ? [command]
            : throw new OrleansAiException(ErrorCodes.DocumentNotFound, $"The collection has no document '{command.Id}'.");
    }

    /// <summary>Lets the collection expire when its time has come.</summary>
    public static IReadOnlyList<CollectionChange> Expire(CollectionState state, long now) =>
        state.Status == CollectionStatus.Active && state.ExpiresAt <= now ? [new CollectionExpired()] : [];

    /// <summary>Notes that the collection was used, at most once an hour, and only where that matters.</summary>
    public static IReadOnlyList<CollectionChange> Touch(CollectionState state, long now) =>
        state is { Status: CollectionStatus.Active, ExpiresAfterDays: not null } && now - state.LastActiveAt >= 3_600_000
            ? [new CollectionTouched()]
            : [];

    /// <summary>Cancels a batch: what of it is not indexed yet is set aside.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>, <see cref="ErrorCodes.VersionConflict"/>.</exception>
    public static IReadOnlyList<CollectionChange> CancelBatch(CollectionState state, DocumentBatchCancelled command)
    {
        CheckActive(state);
        if (!state.Batches.TryGetValue(command.Id, out var batch))
        {
            throw new OrleansAiException(ErrorCodes.DocumentNotFound, $"The collection has no batch '{command.Id}'.");
        }

        return batch.IsCancelled
            ? []
            :
            [
                command,
                .. state.Pending.Where(document => document.BatchId == command.Id)
                    .Select(static document => new DocumentFailed
                    {
                        Id = document.Id,
                        Acceptance = document.Acceptance,
                        Code = ErrorCodes.Cancelled,
                        Message = "Its batch was cancelled.",
                    }),
            ];
    }

    /// <summary>Notes that there are documents to index, or that another owner takes that up.</summary>
    public static IReadOnlyList<CollectionChange> BeginIngestion(CollectionState state, string newId) =>
        [new IngestionBegun { Id = state.Ingestion?.Id ?? newId }];

    /// <summary>Notes that a document is about to be tried.</summary>
    public static IReadOnlyList<CollectionChange> TryDocument(CollectionState state, string id, long acceptance) =>
        state.Ingestion is { } ingestion && IsAwaited(state, id, acceptance) ? [new IngestionBegun { Id = ingestion.Id, Acceptance = acceptance }] : [];

    /// <summary>Notes that there are no documents to index any more, no new index to build and nothing to delete.</summary>
    public static IReadOnlyList<CollectionChange> EndIngestion(CollectionState state) =>
        state.Ingestion is { } ingestion && state.Pending.Count == 0 && state.Building is null && !state.HasUnneeded
            ? [new IngestionEnded { Id = ingestion.Id }]
            : [];

    /// <summary>Notes that something is deleted from the store.</summary>
    public static IReadOnlyList<CollectionChange> Release(CollectionState state, UnneededReleased command)
    {
        var contents = command.Contents.Intersect(state.UnneededContents).ToArray();
        var documents = command.Documents.Intersect(state.UnneededDocuments).ToArray();
        return contents.Length + documents.Length > 0 || (command.IsAll && !state.IsEmptied)
            ? [command with { Contents = contents, Documents = documents }]
            : [];
    }

    /// <summary>Deletes the collection.</summary>
    public static IReadOnlyList<CollectionChange> Delete(CollectionState state) =>
        state.Status is CollectionStatus.Active or CollectionStatus.Expired ? [new CollectionDeleted()] : [];

    internal static void CheckActive(CollectionState state)
    {
        if (state.Status != CollectionStatus.Active)
        {
            throw new OrleansAiException(
                ErrorCodes.VersionConflict,
                state.Status == CollectionStatus.Expired ? $"The collection '{state.Id}' has expired; make a new one." : "There is no such collection.");
        }
    }

    internal static void CheckGeneration(IndexGeneration generation)
    {
        generation.Model.Check();
        generation.Chunking.Check();
        if (TextAnalyzer.Find(generation.Analyzer) is null)
        {
            throw new OrleansAiException(ErrorCodes.InvalidRequest, $"There is no analyzer '{generation.Analyzer}'.");
        }
    }

    private static void CheckNotes(string name, string? description, IReadOnlyDictionary<string, string> metadata, int? expiresAfterDays)
    {
        if (name.Length > CollectionLimits.LongestName)
        {
            throw Invalid($"A name has at most {CollectionLimits.LongestName} characters, not {name.Length}.", "name");
        }

        if (description?.Length > CollectionLimits.LongestDescription)
        {
            throw Invalid($"A description has at most {CollectionLimits.LongestDescription} characters, not {description.Length}.", "description");
        }

        if (metadata.Count > CollectionLimits.MostMetadata
            || metadata.Any(static entry => entry.Key.Length > AttributeRules.LongestKey || entry.Value.Length > AttributeRules.LongestText))
        {
            throw Invalid(
                $"Metadata has at most {CollectionLimits.MostMetadata} entries, names of at most {AttributeRules.LongestKey} and values of at most {AttributeRules.LongestText} characters.",
                "metadata");
        }

        if (expiresAfterDays is < 1 or > CollectionLimits.MostExpiryDays)
        {
            throw Invalid($"A collection expires after 1 to {CollectionLimits.MostExpiryDays} days, not {expiresAfterDays}.", "expires_after");
        }
    }

    private static void CheckName(string name, string parameter)
    {
        if (name.Length is 0 or > CollectionLimits.LongestName)
        {
            throw Invalid($"'{parameter}' has 1 to {CollectionLimits.LongestName} characters, not {name.Length}.", parameter);
        }
    }

    private static bool IsAwaited(CollectionState state, string id, long acceptance) =>
        state.Documents.TryGetValue(id, out var document) && document.Acceptance == acceptance && document.Status == DocumentStatus.InProgress;

    private static bool IsSame(IReadOnlyDictionary<string, AttributeValue> a, IReadOnlyDictionary<string, AttributeValue> b) =>
        a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out var value) && value == entry.Value);

    private static OrleansAiException Invalid(string message, string parameter) => new(ErrorCodes.InvalidRequest, message) { Param = parameter };
}
