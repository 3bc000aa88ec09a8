using OrleansAi.Contracts.Runs;

namespace OrleansAi.Contracts.Comparison;

/// <summary>How two runs differ.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-diff")]
public sealed record RunDiff
{
    /// <summary>The first run.</summary>
    [Id(0)]
    public required ComparedRun A { get; init; }

    /// <summary>The second run.</summary>
    [Id(1)]
    public required ComparedRun B { get; init; }

    /// <summary>Where they part; null when nothing but times and amounts differs.</summary>
    [Id(2)]
    public RunDivergence? FirstDivergence { get; init; }

    /// <summary>
    /// The factors in which they differ. Where one of the runs is bad and the other good, those that separate bad runs from good
    /// ones best come first; otherwise causes come before what they bring about.
    /// </summary>
    [Id(3)]
    public required IReadOnlyList<RankedFactor> Factors { get; init; }

    /// <summary>The stages of both runs, aligned, in order.</summary>
    [Id(4)]
    public required IReadOnlyList<StageDiff> Stages { get; init; }
}

/// <summary>A run that is compared.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.compared-run")]
public sealed record ComparedRun
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>Its conversation.</summary>
    [Id(1)]
    public required string ConversationId { get; init; }

    /// <summary>How it ended, or that it has not.</summary>
    [Id(2)]
    public required RunStatus Status { get; init; }

    /// <summary>When it was admitted, Unix milliseconds.</summary>
    [Id(3)]
    public required long CreatedAt { get; init; }

    /// <summary>What is wrong with it; empty for a good one.</summary>
    [Id(4)]
    public required IReadOnlyList<string> Symptoms { get; init; }

    /// <summary>What of its content was destroyed and cannot be compared: <c>input</c>, <c>output</c>, <c>history</c>.</summary>
    [Id(5)]
    public required IReadOnlyList<string> Destroyed { get; init; }
}

/// <summary>Where two runs differ for the first time.</summary>
/// <param name="Stage">The kind of step.</param>
/// <param name="Field">What differs.</param>
/// <param name="A">What it is in the first run; null for none.</param>
/// <param name="B">What it is in the second run; null for none.</param>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-divergence")]
public sealed record RunDivergence(
    [property: Id(0)] Stage Stage,
    [property: Id(1)] string Field,
    [property: Id(2)] string? A,
    [property: Id(3)] string? B);

/// <summary>How a stage of two runs differs.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.stage-diff")]
public sealed record StageDiff
{
    /// <summary>The kind of step.</summary>
    [Id(0)]
    public required Stage Stage { get; init; }

    /// <summary>Its place in the first run's chain, from 0; null where that run has no such step.</summary>
    [Id(1)]
    public int? StepA { get; init; }

    /// <summary>Its place in the second run's chain, from 0; null where that run has no such step.</summary>
    [Id(2)]
    public int? StepB { get; init; }

    /// <summary>The values that differ.</summary>
    [Id(3)]
    public required IReadOnlyList<FieldDiff> Fields { get; init; }

    /// <summary>The texts that differ, line by line.</summary>
    [Id(4)]
    public IReadOnlyList<TextDiff> Texts { get; init; } = [];

    /// <summary>What differs in the lists of what was given to the model, and of what it called.</summary>
    [Id(5)]
    public IReadOnlyList<ListDiff> Lists { get; init; } = [];
}

/// <summary>A value that differs.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.field-diff")]
public sealed record FieldDiff
{
    /// <summary>What it is.</summary>
    [Id(0)]
    public required string Field { get; init; }

    /// <summary>What it is in the first run; null for none.</summary>
    [Id(1)]
    public string? A { get; init; }

    /// <summary>What it is in the second run; null for none.</summary>
    [Id(2)]
    public string? B { get; init; }

    /// <summary>True for a time, an amount or a place, which differs without anything being different.</summary>
    [Id(3)]
    public bool IsMeasure { get; init; }
}
