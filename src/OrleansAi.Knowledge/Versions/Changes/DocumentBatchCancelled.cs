namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>A batch was cancelled; what of it was not indexed yet is not going to be.</summary>
public sealed record DocumentBatchCancelled : CollectionChange
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }
}
