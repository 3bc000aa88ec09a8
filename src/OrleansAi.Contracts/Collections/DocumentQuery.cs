namespace OrleansAi.Contracts.Collections;

/// <summary>Which documents of a collection are wanted.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.document-query")]
public sealed record DocumentQuery
{
    /// <summary>The last id of the page before; null for the first page.</summary>
    [Id(0)]
    public string? After { get; init; }

    /// <summary>The first id of the page behind; null when none is named.</summary>
    [Id(1)]
    public string? Before { get; init; }

    /// <summary>The most documents of the page.</summary>
    [Id(2)]
    public required int Limit { get; init; }

    /// <summary>True for the oldest first.</summary>
    [Id(3)]
    public bool Ascending { get; init; }

    /// <summary>Only those that are so far; null for all.</summary>
    [Id(4)]
    public CollectionDocumentStatus? Status { get; init; }

    /// <summary>Only those of this batch; null for all.</summary>
    [Id(5)]
    public string? BatchId { get; init; }
}

/// <summary>A page of documents.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.document-page")]
public sealed record DocumentPage
{
    /// <summary>The documents, in order.</summary>
    [Id(0)]
    public required IReadOnlyList<CollectionDocumentView> Documents { get; init; }

    /// <summary>True when more follow.</summary>
    [Id(1)]
    public bool HasMore { get; init; }
}
