namespace OrleansAi.Engine.Compare;

/// <summary>A run as statistics see it.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="CreatedAt">When it was admitted, Unix milliseconds.</param>
/// <param name="IsBad">True when it failed, is incomplete or was flagged.</param>
/// <param name="Factors">Its factors.</param>
public sealed record ObservedRun(string RunId, long CreatedAt, bool IsBad, RunFactors Factors);
