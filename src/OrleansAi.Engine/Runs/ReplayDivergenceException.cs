using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Runs;

/// <summary>A replay met something that differs from the record. The first difference ends the replay.</summary>
public sealed class ReplayDivergenceException(int step, Stage stage, string field, string expected, string actual)
    : Exception($"Step {step} ({stage}) diverges in {field}: recorded {expected}, now {actual}.")
{
    /// <summary>The step's place among the executed steps, from 0.</summary>
    public int Step { get; } = step;

    /// <summary>The kind of step.</summary>
    public Stage Stage { get; } = stage;

    /// <summary>What differs.</summary>
    public string Field { get; } = field;

    /// <summary>What is recorded.</summary>
    public string Expected { get; } = expected;

    /// <summary>What was computed now.</summary>
    public string Actual { get; } = actual;

    /// <summary>Makes sure that two values are the same.</summary>
    /// <exception cref="ReplayDivergenceException">They are not.</exception>
    internal static void Compare<T>(int step, Stage stage, string field, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ReplayDivergenceException(step, stage, field, expected?.ToString() ?? "nothing", actual?.ToString() ?? "nothing");
        }
    }
}
