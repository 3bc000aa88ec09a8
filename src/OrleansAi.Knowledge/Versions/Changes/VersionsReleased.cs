namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>Old versions can no longer be read.</summary>
public sealed record VersionsReleased : CollectionChange
{
    /// <summary>The oldest version that still can.</summary>
    public required long Oldest { get; init; }
}
