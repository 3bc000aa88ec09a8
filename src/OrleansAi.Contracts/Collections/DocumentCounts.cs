namespace OrleansAi.Contracts.Collections;

/// <summary>How many documents are how far.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.document-counts")]
public readonly record struct DocumentCounts(int InProgress, int Completed, int Failed, int Cancelled)
{
    /// <summary>All of them.</summary>
    public int Total => InProgress + Completed + Failed + Cancelled;
}
