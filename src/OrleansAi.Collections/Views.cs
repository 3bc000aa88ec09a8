using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Filters;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections;

/// <summary>What callers see of a collection.</summary>
internal static class Views
{
    public static CollectionView Of(CollectionState state) => new()
    {
        Id = state.Id,
        Name = state.Name,
        Description = state.Description,
        Metadata = state.Metadata,
        CreatedAt = state.CreatedAt,
        LastActiveAt = state.LastActiveAt,
        ExpiresAfterDays = state.ExpiresAfterDays,
        ExpiresAt = state.ExpiresAt,
        IsExpired = state.Status == CollectionStatus.Expired,
        Version = state.Version,
        OldestVersion = state.OldestVersion,
        Bytes = state.Documents.Values.Sum(static document => document.Bytes),
        Documents = CountsOf(state.Documents.Values),
        EmbeddingModel = state.Active!.Model.Name,
        Dimensions = state.Active.Model.Dimensions,
        Reindex = state.Building is { } building ? Of(state, building) : null,
    };

    public static CollectionDocumentView Of(CollectionState state, DocumentEntry document) => new()
    {
        Id = document.Id,
        CollectionId = state.Id,
        Name = document.Name,
        Status = StatusOf(document),
        CreatedAt = document.AcceptedAt,
        Bytes = document.Bytes,
        Chunks = document.Chunks,
        Attributes = document.Attributes.ToDictionary(static attribute => attribute.Key, static attribute => Of(attribute.Value)),
        Chunking = Of(document.Chunking ?? state.Active!.Chunking),
        FailureCode = document.FailureCode,
        FailureMessage = document.FailureMessage,
        Version = document.Version,
    };

    public static DocumentBatchView Of(CollectionState state, BatchEntry batch) => new()
    {
        Id = batch.Id,
        CollectionId = state.Id,
        CreatedAt = batch.At,
        Documents = CountsOf(state.Documents.Values.Where(document => document.BatchId == batch.Id)),
        IsCancelled = batch.IsCancelled,
    };

    public static CollectionDocumentStatus StatusOf(DocumentEntry document) => document.Status switch
    {
        DocumentStatus.InProgress => CollectionDocumentStatus.InProgress,
        DocumentStatus.Completed => CollectionDocumentStatus.Completed,
        _ => document.FailureCode == ErrorCodes.Cancelled ? CollectionDocumentStatus.Cancelled : CollectionDocumentStatus.Failed,
    };

    public static CollectionAttribute Of(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Text => new CollectionAttribute(Text: value.Text),
        AttributeKind.Number => new CollectionAttribute(Number: value.Number),
        _ => new CollectionAttribute(Flag: value.Flag),
    };

    public static IReadOnlyDictionary<string, AttributeValue> AttributesOf(IReadOnlyDictionary<string, CollectionAttribute> attributes) =>
        attributes.ToDictionary(
            static attribute => attribute.Key,
            static attribute => attribute.Value switch
            {
                { Text: { } text } => new AttributeValue(text),
                { Number: { } number } => new AttributeValue(number),
                { Flag: { } flag } => new AttributeValue(flag),
                _ => throw CollectionErrors.Invalid($"The attribute '{attribute.Key}' has no value.", "attributes"),
            },
            StringComparer.Ordinal);

    public static CollectionChunking Of(ChunkingOptions options) => new(options.MaxTokens, options.OverlapTokens);

    public static ChunkingOptions? ChunkingOf(CollectionChunking? chunking) => chunking is null
        ? null
        : new ChunkingOptions { MaxTokens = chunking.MaxTokens, OverlapTokens = chunking.OverlapTokens };

    private static ReindexView Of(CollectionState state, IndexGeneration building)
    {
        var total = state.Documents.Values.Count(document => document.Chunks > 0 && state.Live(document.Id) is not null);
        return new ReindexView
        {
            EmbeddingModel = building.Model.Name,
            Dimensions = building.Model.Dimensions,
            Completed = total - state.MissingInBuilding().Count,
            Total = total,
        };
    }

    private static DocumentCounts CountsOf(IEnumerable<DocumentEntry> documents)
    {
        var counts = new int[4];
        foreach (var document in documents)
        {
            counts[(int)StatusOf(document)]++;
        }

        return new DocumentCounts(counts[0], counts[1], counts[2], counts[3]);
    }
}
