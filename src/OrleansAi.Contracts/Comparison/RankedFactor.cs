namespace OrleansAi.Contracts.Comparison;

/// <summary>A factor in which a run differs from others, and how well it separates bad runs from good ones.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.ranked-factor")]
public sealed record RankedFactor
{
    /// <summary>What it is.</summary>
    [Id(0)]
    public required FactorKind Kind { get; init; }

    /// <summary>What it is in the run; null when the record does not say.</summary>
    [Id(1)]
    public required string? Value { get; init; }

    /// <summary>What it is in the run that is compared with, for an explanation the nearest good one that has another value.</summary>
    [Id(2)]
    public string? Other { get; init; }

    /// <summary>The run that has the other value.</summary>
    [Id(3)]
    public string? OtherRunId { get; init; }

    /// <summary>How the value and the outcome go together; null where no population was looked at or it says nothing.</summary>
    [Id(4)]
    public Separation? Separation { get; init; }
}

/// <summary>How a value and the outcome go together in a population. Runs whose record does not say the factor are left out.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.separation")]
public sealed record Separation
{
    /// <summary>Bad runs with the value.</summary>
    [Id(0)]
    public required int BadWith { get; init; }

    /// <summary>Bad runs with another one.</summary>
    [Id(1)]
    public required int BadWithout { get; init; }

    /// <summary>Good runs with the value.</summary>
    [Id(2)]
    public required int GoodWith { get; init; }

    /// <summary>Good runs with another one.</summary>
    [Id(3)]
    public required int GoodWithout { get; init; }

    /// <summary>How many values there are.</summary>
    [Id(4)]
    public required int Values { get; init; }

    /// <summary>
    /// The logarithm (base e) of how much likelier the outcomes are when the value matters than when it does not, less the
    /// logarithm of the number of values that it was chosen from. Negative where good runs have the value more often.
    /// </summary>
    [Id(5)]
    public required double Score { get; init; }
}
