using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Replay;

/// <summary>A finished run with all that it takes to carry it out again.</summary>
/// <param name="Admitted">Its admission.</param>
/// <param name="Ended">Its end.</param>
/// <param name="Plan">What it is carried out from.</param>
/// <param name="Answers">The vendors' answers as they came, by the attempt that got them.</param>
public sealed record ReplayedRun(
    RunAdmittedBody Admitted, RunEndedBody Ended, RunPlan Plan, IReadOnlyDictionary<AttemptBody, byte[]> Answers);
