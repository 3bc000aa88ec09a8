using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Runs;

/// <summary>A replay met something that differs from the record. The first difference ends the replay.</summary>
public sealed class ReplayDivergenceException(int step, Stage stage, string expected, string actual)
    : Exception($"Step {step} ({stage}) diverges: recorded {expected}, now {actual}.")
{
    /// <summary>The step's place among the executed steps, from 0.</summary>
    public int Step { get; } = step;

    /// <summary>The kind of step.</summary>
    public Stage Stage { get; } = stage;

    /// <summary>What is recorded.</summary>
    public string Expected { get; } = expected;

    /// <summary>What was computed now.</summary>
    public string Actual { get; } = actual;
}
