namespace OrleansAi.Knowledge.Versions;

/// <summary>A segment over the versions that have it.</summary>
public sealed record SegmentEntry
{
    /// <summary>The segment.</summary>
    public required SegmentRef Segment { get; init; }

    /// <summary>The first version that has it, if the version's index is of its generation.</summary>
    public required long Since { get; init; }

    /// <summary>The first version that has it no more.</summary>
    /// <value>Null: it is alive.</value>
    public long? Until { get; init; }

    /// <summary>True when a version has it, if the version's index is of its generation.</summary>
    public bool IsIn(long version) => Since <= version && (Until is null || version < Until);
}
