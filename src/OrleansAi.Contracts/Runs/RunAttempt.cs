namespace OrleansAi.Contracts.Runs;

/// <summary>A try of a process at a run. Every process that takes a run up begins one.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-attempt")]
public sealed record RunAttempt
{
    /// <summary>Its number, from 1.</summary>
    [Id(0)]
    public required int Attempt { get; init; }

    /// <summary>The silo.</summary>
    [Id(1)]
    public required string Silo { get; init; }

    /// <summary>When it began, Unix milliseconds: the admission for the first one.</summary>
    [Id(2)]
    public required long StartedAt { get; init; }

    /// <summary><c>ended</c> for the one that ended the run, <c>running</c>, or <c>abandoned</c> where the next one took over.</summary>
    [Id(3)]
    public required string Outcome { get; init; }

    /// <summary>What it was carried out by; null in records of earlier builds.</summary>
    [Id(4)]
    public ExecutionOrigin? Origin { get; init; }
}
