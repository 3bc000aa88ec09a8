namespace OrleansAi.Contracts.Runs;

/// <summary>The state of a run. The numbers are stored: never change one.</summary>
[GenerateSerializer]
[Alias("orleansai.run-status")]
public enum RunStatus
{
    /// <summary>Admitted; another turn of its conversation runs first.</summary>
    Queued = 0,

    /// <summary>Running.</summary>
    InProgress = 1,

    /// <summary>Ended well.</summary>
    Completed = 2,

    /// <summary>Ended with an error.</summary>
    Failed = 3,

    /// <summary>Ended by a caller.</summary>
    Cancelled = 4,

    /// <summary>Ended early: the answer stands but is cut.</summary>
    Incomplete = 5,
}

/// <summary>Questions about a status.</summary>
public static class RunStatusExtensions
{
    /// <summary>True when the run has ended.</summary>
    public static bool IsTerminal(this RunStatus status) => status >= RunStatus.Completed;
}
