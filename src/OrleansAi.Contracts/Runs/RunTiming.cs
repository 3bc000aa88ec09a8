namespace OrleansAi.Contracts.Runs;

/// <summary>What the time of a run went into, in microseconds. Its parts are disjoint; the whole is from admission to end.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-timing")]
public sealed record RunTiming
{
    /// <summary>From the decision to admit the run to its end.</summary>
    [Id(0)]
    public required long Total { get; init; }

    /// <summary>
    /// Making the admission durable. What the end took cannot stand in the record of the end. Null where it is not known: in
    /// records of earlier builds, and when another process took the run up.
    /// </summary>
    [Id(1)]
    public long? Storage { get; init; }

    /// <summary>Waiting for the turns before it; null in records of earlier builds.</summary>
    [Id(2)]
    public long? Queue { get; init; }

    /// <summary>Waiting for vendors, in whole milliseconds of each call.</summary>
    [Id(3)]
    public required long Vendor { get; init; }

    /// <summary>Attempts of processes that were lost, until the last one took the run up.</summary>
    [Id(4)]
    public long Lost { get; init; }

    /// <summary>All the rest, which is our own; null where one of the parts is not known.</summary>
    [Id(5)]
    public long? Own { get; init; }
}
