namespace OrleansAi.Knowledge.Search;

/// <summary>An answer at one version of a collection.</summary>
public sealed record SearchAnswer
{
    /// <summary>The version that every passage is of.</summary>
    public required long Version { get; init; }

    /// <summary>The passages, best first.</summary>
    public required IReadOnlyList<Passage> Passages { get; init; }

    /// <summary>The shards that are not in the answer.</summary>
    public IReadOnlyList<MissingShard> Missing { get; init; } = [];

    /// <summary>True when a part of the collection was not searched.</summary>
    public bool IsPartial => Missing.Count > 0;
}
