namespace OrleansAi.Contracts.Access;

/// <summary>How much a key or a project may ask for. What is null is not limited.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.rate-limits")]
public sealed record RateLimits
{
    /// <summary>No limit at all.</summary>
    public static readonly RateLimits None = new();

    /// <summary>Requests in a minute, in a burst or spread out; at least 1.</summary>
    [Id(0)]
    public int? RequestsPerMinute { get; init; }

    /// <summary>Tokens in a minute, read and written together; at least 1.</summary>
    [Id(1)]
    public int? TokensPerMinute { get; init; }

    /// <summary>Runs that are open at once; at least 1.</summary>
    [Id(2)]
    public int? ConcurrentRuns { get; init; }

    /// <summary>True when a request that starts a run is limited by anything here.</summary>
    public bool LimitRuns => TokensPerMinute is not null || ConcurrentRuns is not null;

    /// <summary>These limits, and others where these say nothing.</summary>
    public RateLimits Or(RateLimits others) => new()
    {
        RequestsPerMinute = RequestsPerMinute ?? others.RequestsPerMinute,
        TokensPerMinute = TokensPerMinute ?? others.TokensPerMinute,
        ConcurrentRuns = ConcurrentRuns ?? others.ConcurrentRuns,
    };
}
