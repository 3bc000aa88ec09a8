namespace OrleansAi.Contracts.Runs;

/// <summary>What came of the replay of one run among several.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.replay-outcome")]
public sealed record ReplayOutcome
{
    /// <summary>The most runs that are replayed in one call.</summary>
    public const int MostRuns = 100;

    /// <summary>The run.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>What the replay found; null when the run cannot be replayed.</summary>
    [Id(1)]
    public RunReplay? Replay { get; init; }

    /// <summary>The code of the error that tells why it cannot.</summary>
    [Id(2)]
    public string? Code { get; init; }

    /// <summary>The error in words.</summary>
    [Id(3)]
    public string? Message { get; init; }
}
