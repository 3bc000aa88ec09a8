namespace OrleansAi.Knowledge.Versions;

/// <summary>What makes one version of a collection into a later one, within one generation.</summary>
public sealed record ManifestChange
{
    /// <summary>The version it starts from.</summary>
    public required long From { get; init; }

    /// <summary>The version it leads to.</summary>
    public required long To { get; init; }

    /// <summary>The segments that are new, oldest first.</summary>
    public required IReadOnlyList<SegmentRef> Added { get; init; }

    /// <summary>The ids of the segments that are gone.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    /// <summary>The documents that are new or different, and null for those that are gone.</summary>
    public required IReadOnlyDictionary<string, ManifestDocument?> Documents { get; init; }
}
