namespace OrleansAi.Knowledge.Versions;

/// <summary>What one version of a collection consists of. A shard that has it needs nothing else to answer at that version.</summary>
public sealed record Manifest
{
    /// <summary>The version.</summary>
    public required long Version { get; init; }

    /// <summary>How its index is made.</summary>
    public required IndexGeneration Generation { get; init; }

    /// <summary>The segments, oldest first.</summary>
    public required IReadOnlyList<SegmentRef> Segments { get; init; }

    /// <summary>The documents, by id.</summary>
    public required IReadOnlyDictionary<string, ManifestDocument> Documents { get; init; }

    /// <summary>The shards that must answer for the answer to be whole.</summary>
    public IReadOnlyList<int> Shards => [.. Segments.Select(static segment => segment.Shard).Distinct().Order()];
}
