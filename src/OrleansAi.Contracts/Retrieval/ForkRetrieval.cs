namespace OrleansAi.Contracts.Retrieval;

/// <summary>What a fork is told out of collections, where that follows from its origin and not from the route as it is configured now.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.fork-retrieval")]
public sealed record ForkRetrieval
{
    /// <summary>What the origin's admission says about retrieval; null for an origin that is told nothing.</summary>
    [Id(0)]
    public RouteRetrieval? Route { get; init; }

    /// <summary>What the origin found; null to search.</summary>
    [Id(1)]
    public RecordedSearch? Found { get; init; }
}

/// <summary>What a search found, as a record has it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.recorded-search")]
public sealed record RecordedSearch
{
    /// <summary>True when the caller asked for the search, which then is an item of the answer.</summary>
    [Id(0)]
    public bool IsTool { get; init; }

    /// <summary>The version that was asked for on purpose; null for fresh.</summary>
    [Id(1)]
    public long? AtVersion { get; init; }

    /// <summary>The question.</summary>
    [Id(2)]
    public required string Query { get; init; }

    /// <summary>The collections with the versions that were used.</summary>
    [Id(3)]
    public required IReadOnlyList<SearchedCollection> Collections { get; init; }

    /// <summary>The passages, best first.</summary>
    [Id(4)]
    public required IReadOnlyList<RetrievedPassage> Passages { get; init; }
}
