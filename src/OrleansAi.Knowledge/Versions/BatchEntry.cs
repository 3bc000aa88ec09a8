namespace OrleansAi.Knowledge.Versions;

/// <summary>Documents that were added together.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it was added, Unix milliseconds.</param>
/// <param name="IsCancelled">True when it was cancelled.</param>
public sealed record BatchEntry(string Id, long At, bool IsCancelled = false);
