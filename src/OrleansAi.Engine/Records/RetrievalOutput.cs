using System.Text.Json.Serialization;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Records;

/// <summary>What came of an embedding: the vectors of a question, and the versions that the collections' owners confirmed.</summary>
public sealed record EmbeddingOutput
{
    /// <summary>The collections, in the order in which they were asked for; one that is not there and need not be is missing.</summary>
    [JsonPropertyName("cols")]
    public required IReadOnlyList<StoredHead> Collections { get; init; }

    /// <summary>The vectors, one for each model; none where the conversation's cache has the answer.</summary>
    [JsonPropertyName("vecs")]
    public IReadOnlyList<StoredVector>? Vectors { get; init; }

    /// <summary>SHA-256 of all that, base 64.</summary>
    [JsonPropertyName("hash")]
    public required string Hash { get; init; }
}

/// <summary>A collection's version, confirmed by its owner.</summary>
public sealed record StoredHead
{
    /// <summary>The collection.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The version.</summary>
    [JsonPropertyName("v")]
    public long Version { get; init; }

    /// <summary>The embedding model of that version.</summary>
    [JsonPropertyName("m")]
    public required string Model { get; init; }
}

/// <summary>A question's vector.</summary>
public sealed record StoredVector
{
    /// <summary>What made it.</summary>
    [JsonPropertyName("m")]
    public required string Model { get; init; }

    /// <summary>How many numbers it has.</summary>
    [JsonPropertyName("d")]
    public int Dimensions { get; init; }

    /// <summary>SHA-256 of its bytes, base 64.</summary>
    [JsonPropertyName("h")]
    public required string Hash { get; init; }

    /// <summary>
    /// Its little-endian 32-bit numbers, base 64; sealed apart. Only while the run is open: a search that is recorded needs none.
    /// </summary>
    [JsonIgnore]
    public StoredText? Numbers { get; init; }
}

/// <summary>What came of a retrieval. What was used may be known for ever; what it says is sealed.</summary>
public sealed record RetrievalOutput
{
    /// <summary>True when the caller asked for the search, which then is an item of the answer.</summary>
    [JsonPropertyName("tool")]
    public bool IsTool { get; init; }

    /// <summary>The version that was asked for on purpose; null for fresh.</summary>
    [JsonPropertyName("at")]
    public long? AtVersion { get; init; }

    /// <summary>The collections with the versions that were used.</summary>
    [JsonPropertyName("cols")]
    public required IReadOnlyList<StoredSearch> Collections { get; init; }

    /// <summary>The passages, best first.</summary>
    [JsonPropertyName("hits")]
    public IReadOnlyList<StoredPassage>? Passages { get; init; }

    /// <summary>SHA-256 of all that and of what the passages say, base 64.</summary>
    [JsonPropertyName("hash")]
    public required string Hash { get; init; }

    /// <summary>The question; sealed apart, null once it was destroyed.</summary>
    [JsonIgnore]
    public StoredText? Query { get; init; }

    /// <summary>True when what the passages say cannot be read any more.</summary>
    [JsonIgnore]
    public bool IsDestroyed => Query is null;

    /// <summary>True when a shard is not in the answer.</summary>
    [JsonIgnore]
    public bool IsPartial => Collections.Any(static one => one.Missing is { Count: > 0 });

    /// <summary>The texts.</summary>
    public IEnumerable<StoredText> Texts() =>
        (Query is null ? [] : (StoredText[])[Query]).Concat((Passages ?? []).SelectMany(static passage => passage.Texts()));

    /// <summary>What a search found, ready to be stored.</summary>
    public static RetrievalOutput Of(RecordedSearch found)
    {
        var places = found.Collections.Select(static (one, place) => (one.Id, place)).ToDictionary(static one => one.Id, static one => one.place, StringComparer.Ordinal);
        var output = new RetrievalOutput
        {
            IsTool = found.IsTool,
            AtVersion = found.AtVersion,
            Collections = [.. found.Collections.Select(StoredSearch.Of)],
            Passages = found.Passages.Count == 0 ? null : [.. found.Passages.Select(passage => StoredPassage.Of(passage, places[passage.CollectionId]))],
            Query = StoredText.Of(found.Query),
            Hash = "",
        };
        return output with { Hash = RequestHasher.Retrieved(output) };
    }

    /// <summary>The same for whoever takes it over, to be stored anew.</summary>
    public RecordedSearch ToSearch() => new()
    {
        IsTool = IsTool,
        AtVersion = AtVersion,
        Query = Query!.Text,
        Collections = [.. Collections.Select(static one => one.ToView())],
        Passages = ToPassages(),
    };

    /// <summary>What the passages say; null where nothing is said.</summary>
    internal IReadOnlyList<PassageContent>? Contents() => Passages?.Any(static passage => passage.Content is not null) == true
        ? [.. Passages.Select(static passage => passage.Content!)]
        : null;

    /// <summary>Puts the content in again, unless it was destroyed.</summary>
    internal RetrievalOutput With(StoredText? query, IReadOnlyList<PassageContent>? contents) => query is null ? this : this with
    {
        Query = query,
        Passages = Passages?.Select((passage, index) => passage with { Content = contents![index] }).ToArray(),
    };

    /// <summary>The passages as they are told.</summary>
    public IReadOnlyList<RetrievedPassage> ToPassages() => [.. (Passages ?? []).Select(passage => passage.ToPassage(Collections))];
}

/// <summary>A searched collection.</summary>
public sealed record StoredSearch
{
    /// <summary>The collection.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The version.</summary>
    [JsonPropertyName("v")]
    public long Version { get; init; }

    /// <summary>The embedding model.</summary>
    [JsonPropertyName("m")]
    public string? Model { get; init; }

    /// <summary>True when the conversation's cache had the answer.</summary>
    [JsonPropertyName("hit")]
    public bool IsCached { get; init; }

    /// <summary>Which shards were not heard.</summary>
    [JsonPropertyName("gone")]
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>True when a fork asked for the version on purpose.</summary>
    [JsonPropertyName("at")]
    public bool IsAtVersion { get; init; }

    /// <summary>Makes a searched collection ready to be stored.</summary>
    public static StoredSearch Of(SearchedCollection searched) => new()
    {
        Id = searched.Id,
        Version = searched.Version,
        Model = searched.EmbeddingModel,
        IsCached = searched.IsCached,
        Missing = searched.Missing.Count > 0 ? searched.Missing : null,
        IsAtVersion = searched.IsAtVersion,
    };

    /// <summary>The collection as it is told.</summary>
    public SearchedCollection ToView() => new()
    {
        Id = Id,
        Version = Version,
        EmbeddingModel = Model,
        IsCached = IsCached,
        Missing = Missing ?? [],
        IsAtVersion = IsAtVersion,
    };
}

/// <summary>A passage inside a record.</summary>
public sealed record StoredPassage
{
    /// <summary>The place of its collection among those that were searched.</summary>
    [JsonPropertyName("c")]
    public int Collection { get; init; }

    /// <summary>The document.</summary>
    [JsonPropertyName("d")]
    public required string DocumentId { get; init; }

    /// <summary>The hash of the document's source.</summary>
    [JsonPropertyName("dh")]
    public required string DocumentHash { get; init; }

    /// <summary>The passage's number in its document.</summary>
    [JsonPropertyName("i")]
    public int Index { get; init; }

    /// <summary>Where it begins.</summary>
    [JsonPropertyName("s")]
    public int Start { get; init; }

    /// <summary>How long it is.</summary>
    [JsonPropertyName("n")]
    public int Length { get; init; }

    /// <summary>How many tokens it has.</summary>
    [JsonPropertyName("t")]
    public int Tokens { get; init; }

    /// <summary>Its score.</summary>
    [JsonPropertyName("sc")]
    public float Score { get; init; }

    /// <summary>What it says; sealed apart, null once it was destroyed.</summary>
    [JsonIgnore]
    public PassageContent? Content { get; init; }

    /// <summary>The texts.</summary>
    public IEnumerable<StoredText> Texts() => Content is null ? [] : [Content.Name, Content.Text];

    /// <summary>Makes a passage ready to be stored.</summary>
    public static StoredPassage Of(RetrievedPassage passage, int collection) => new()
    {
        Collection = collection,
        DocumentId = passage.DocumentId,
        DocumentHash = passage.DocumentHash,
        Index = passage.Index,
        Start = passage.Start,
        Length = passage.Length,
        Tokens = passage.Tokens,
        Score = passage.Score,
        Content = new PassageContent
        {
            Name = StoredText.Of(passage.Name),
            Text = StoredText.Of(passage.Text),
            Attributes = passage.Attributes.Count == 0 ? null : passage.Attributes,
        },
    };

    internal RetrievedPassage ToPassage(IReadOnlyList<StoredSearch> collections) => new()
    {
        CollectionId = collections[Collection].Id,
        Version = collections[Collection].Version,
        DocumentId = DocumentId,
        DocumentHash = DocumentHash,
        Name = Content?.Name.Text ?? "",
        Index = Index,
        Start = Start,
        Length = Length,
        Tokens = Tokens,
        Score = Score,
        Text = Content?.Text.Text ?? "",
        Attributes = Content?.Attributes ?? new Dictionary<string, CollectionAttribute>(),
    };
}

/// <summary>What a passage says.</summary>
public sealed class PassageContent
{
    /// <summary>The document's file name.</summary>
    [JsonPropertyName("n")]
    public required StoredText Name { get; init; }

    /// <summary>The passage.</summary>
    [JsonPropertyName("x")]
    public required StoredText Text { get; init; }

    /// <summary>The document's attributes.</summary>
    [JsonPropertyName("a")]
    public IReadOnlyDictionary<string, CollectionAttribute>? Attributes { get; init; }
}
