using System.Globalization;

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

    /// <summary>About how many tokens each run will read. What it really took is settled when it has ended.</summary>
    [Id(5)]
    public int EstimatedTokens { get; init; }

    /// <summary>How many runs it starts beside the first.</summary>
    [Id(6)]
    public int MoreRuns { get; init; }

    /// <summary>True for further runs of a request that was let in before: they take places and tokens, but are no request.</summary>
    [Id(7)]
    public bool IsFurther { get; init; }

    /// <summary>True when the request uses tokens without starting a run.</summary>
    [Id(8)]
    public bool UsesTokens { get; init; }

    /// <summary>How many runs it starts, where it starts any. Each has a place and a ticket of its own.</summary>
    public int Runs => 1 + MoreRuns;

    /// <summary>The ticket of one of the runs.</summary>
    /// <param name="run">Which, from 0.</param>
    public string TicketOf(int run) => run == 0 ? Ticket : string.Create(CultureInfo.InvariantCulture, $"{Ticket}.{run}");
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
