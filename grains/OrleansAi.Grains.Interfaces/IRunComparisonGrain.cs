using OrleansAi.Contracts.Comparison;

namespace OrleansAi.Grains;

/// <summary>Compares runs by their records. A stateless worker with the tenant as its key; only reads.</summary>
[Alias("orleansai.grains.run-comparison")]
public interface IRunComparisonGrain : IGrainWithStringKey
{
    /// <summary>How two runs differ, stage by stage.</summary>
    [Alias("diff")]
    Task<RunDiff> Diff(string runA, string runB);

    /// <summary>What separates a bad run from the good ones around it.</summary>
    [Alias("explain")]
    Task<RunExplanation> Explain(string runId);
}
