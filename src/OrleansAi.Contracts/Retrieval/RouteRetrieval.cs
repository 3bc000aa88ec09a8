namespace OrleansAi.Contracts.Retrieval;

/// <summary>What the route of a turn says about retrieval. It is recorded with the admission, so that a replay has what was configured then.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.route-retrieval")]
public sealed record RouteRetrieval
{
    /// <summary>The default of <see cref="MaxTokens"/>.</summary>
    public const int DefaultMaxTokens = 8_000;

    /// <summary>The default of <see cref="MaxResults"/>.</summary>
    public const int DefaultMaxResults = 8;

    /// <summary>The collections that every turn of the route is told out of; empty where only turns are that ask for it.</summary>
    [Id(0)]
    public IReadOnlyList<string> Collections { get; init; } = [];

    /// <summary>The most passages of a turn that asks for nothing else.</summary>
    [Id(1)]
    public int MaxResults { get; init; } = DefaultMaxResults;

    /// <summary>The least score of a passage, from 0 to 1.</summary>
    [Id(2)]
    public float ScoreThreshold { get; init; }

    /// <summary>The most tokens of all passages together; those that do not fit are left out, the worst first.</summary>
    [Id(3)]
    public int MaxTokens { get; init; } = DefaultMaxTokens;

    /// <summary>True to take the tools away from a turn whose context holds passages: whoever wrote them may not act through the model.</summary>
    [Id(4)]
    public bool DeniesTools { get; init; }

    /// <summary>True where a collection that is not there is no error: the turn is told nothing out of it.</summary>
    [Id(5)]
    public bool IsOptional { get; init; }

    /// <summary>The versions that a fork searches on purpose, by collection; null for none. They go before whatever else is said of versions.</summary>
    [Id(6)]
    public IReadOnlyDictionary<string, long>? AtVersions { get; init; }
}
