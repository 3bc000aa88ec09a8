namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>Segments of one shard were merged into one. Nothing that is searched changed but where it is stored.</summary>
public sealed record SegmentsMerged : CollectionChange
{
    /// <summary>The ids of the segments that it replaces.</summary>
    public required IReadOnlyList<string> Replaced { get; init; }

    /// <summary>The merged segment.</summary>
    public required SegmentRef Segment { get; init; }
}
