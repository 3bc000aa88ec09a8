namespace OrleansAi.Contracts.Runs;

/// <summary>What a strict replay of a run found.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-replay")]
public sealed record RunReplay
{
    /// <summary>The run.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>How many steps of the chain were compared and found identical, admission and completion included.</summary>
    [Id(1)]
    public required int Steps { get; init; }

    /// <summary>How many requests left the process.</summary>
    [Id(2)]
    public required int ExternalCalls { get; init; }

    /// <summary>The first difference; null for a run that replays identically.</summary>
    [Id(3)]
    public ReplayDivergence? Divergence { get; init; }
}

/// <summary>Where a replay differs from its record for the first time.</summary>
/// <param name="Step">The step's place in the run's chain, from 0.</param>
/// <param name="Stage">The kind of step.</param>
/// <param name="Field">What differs.</param>
/// <param name="Expected">What is recorded.</param>
/// <param name="Actual">What was computed now.</param>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.replay-divergence")]
public sealed record ReplayDivergence(
    [property: Id(0)] int Step,
    [property: Id(1)] Stage Stage,
    [property: Id(2)] string Field,
    [property: Id(3)] string Expected,
    [property: Id(4)] string Actual);
