namespace OrleansAi.Contracts.Access;

/// <summary>A request that asks to be let in.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.limit-request")]
public sealed record LimitRequest
{
    /// <summary>Unique; by it the request says later how it ended.</summary>
    [Id(0)]
    public required string Ticket { get; init; }

    /// <summary>The key's id.</summary>
    [Id(1)]
    public required string KeyId { get; init; }

    /// <summary>What the key may ask for, defaults included.</summary>
    [Id(2)]
    public required RateLimits Key { get; init; }

    /// <summary>What the project may ask for, defaults included.</summary>
    [Id(3)]
    public required RateLimits Project { get; init; }

    /// <summary>True when the request starts a run: then tokens and open runs count.</summary>
    [Id(4)]
    public bool StartsRun { get; init; }

    /// <summary>About how many tokens the request will read. What it really took is settled when it has ended.</summary>
    [Id(5)]
    public int EstimatedTokens { get; init; }

    /// <summary>True when the request uses tokens without starting a run.</summary>
    [Id(6)]
    public bool UsesTokens { get; init; }
}

/// <summary>Whether a request is let in, and what is left.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.limit-decision")]
public sealed record LimitDecision
{
    /// <summary>Which limit refuses the request; null when it is let in.</summary>
    [Id(0)]
    public string? Refusal { get; init; }

    /// <summary>How long to wait before trying again, for a request that is refused.</summary>
    [Id(1)]
    public TimeSpan RetryAfter { get; init; }

    /// <summary>Requests: the tighter of the key's and the project's limit.</summary>
    [Id(2)]
    public LimitLevel? Requests { get; init; }

    /// <summary>Tokens: the tighter of the key's and the project's limit.</summary>
    [Id(3)]
    public LimitLevel? Tokens { get; init; }
}

/// <summary>How much of a limit is left.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.limit-level")]
public sealed record LimitLevel
{
    /// <summary>The limit, each minute.</summary>
    [Id(0)]
    public required int Limit { get; init; }

    /// <summary>What is left of it now.</summary>
    [Id(1)]
    public required int Remaining { get; init; }

    /// <summary>When all of it is there again if nothing more is asked for.</summary>
    [Id(2)]
    public required TimeSpan Reset { get; init; }
}
