using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Conversations;

/// <summary>A run that was admitted and has not ended.</summary>
/// <param name="Admitted">Its admission.</param>
/// <param name="Position">Where the admission stands in the stream.</param>
public sealed record OpenRun(RunAdmittedBody Admitted, long Position)
{
    /// <summary>How often the run was recovered.</summary>
    public int Recoveries { get; set; }

    /// <summary>The attempt that the newest recovery began; 1 when there was none.</summary>
    public int Attempt => Recoveries + 1;
}
