using OrleansAi.Contracts.Runs;

namespace OrleansAi.Contracts.Comparison;

/// <summary>Why a run may have failed: what separates it and its like from good runs.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-explanation")]
public sealed record RunExplanation
{
    /// <summary>The run.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>How it ended.</summary>
    [Id(1)]
    public required RunStatus Status { get; init; }

    /// <summary>What is wrong with it: its error's code, why it is incomplete, and the verdicts against it.</summary>
    [Id(2)]
    public required IReadOnlyList<string> Symptoms { get; init; }

    /// <summary>The answer in one line.</summary>
    [Id(3)]
    public required string Summary { get; init; }

    /// <summary>The factors that separate, the best first; at most <see cref="MostFactors"/>.</summary>
    [Id(4)]
    public required IReadOnlyList<RankedFactor> Factors { get; init; }

    /// <summary>The good runs that are most like it, the nearest first.</summary>
    [Id(5)]
    public required IReadOnlyList<NearRun> Nearest { get; init; }

    /// <summary>The runs that were looked at.</summary>
    [Id(6)]
    public required RunPopulation Population { get; init; }

    /// <summary>The most factors that are told.</summary>
    public const int MostFactors = 10;
}

/// <summary>A good run near a bad one.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.near-run")]
public sealed record NearRun
{
    /// <summary>The run.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>When it was admitted, Unix milliseconds.</summary>
    [Id(1)]
    public required long CreatedAt { get; init; }

    /// <summary>What differs: <see cref="RankedFactor.Value"/> is the explained run's, <see cref="RankedFactor.Other"/> this one's.</summary>
    [Id(2)]
    public required IReadOnlyList<RankedFactor> Differences { get; init; }
}

/// <summary>The runs that an explanation looked at.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-population")]
public sealed record RunPopulation
{
    /// <summary>The route that all of them asked for; null when the route had too few good runs and all routes were looked at.</summary>
    [Id(0)]
    public string? Route { get; init; }

    /// <summary>How many runs of the index the sample was taken from.</summary>
    [Id(1)]
    public required int Listed { get; init; }

    /// <summary>Failed, incomplete and flagged runs whose record was read.</summary>
    [Id(2)]
    public required int Bad { get; init; }

    /// <summary>Good runs whose record was read.</summary>
    [Id(3)]
    public required int Good { get; init; }

    /// <summary>When the oldest of them was admitted, Unix milliseconds.</summary>
    [Id(4)]
    public required long Since { get; init; }

    /// <summary>When the newest of them was admitted, Unix milliseconds.</summary>
    [Id(5)]
    public required long Until { get; init; }
}
