namespace OrleansAi.Contracts.Collections;

/// <summary>Which collections are wanted.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-query")]
public sealed record CollectionQuery
{
    /// <summary>The last id of the page before; null for the first page.</summary>
    [Id(0)]
    public string? After { get; init; }

    /// <summary>The first id of the page behind; null when none is named.</summary>
    [Id(1)]
    public string? Before { get; init; }

    /// <summary>The most collections of the page.</summary>
    [Id(2)]
    public required int Limit { get; init; }

    /// <summary>True for the oldest first.</summary>
    [Id(3)]
    public bool Ascending { get; init; }
}

/// <summary>A page of collections.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-page")]
public sealed record CollectionPage
{
    /// <summary>The collections, in order.</summary>
    [Id(0)]
    public required IReadOnlyList<CollectionView> Collections { get; init; }

    /// <summary>True when more follow.</summary>
    [Id(1)]
    public bool HasMore { get; init; }
}
