namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>The collection's name, metadata or expiry changed. What it says replaces what was.</summary>
public sealed record CollectionUpdated : CollectionChange
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The caller's notes.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>After how many days without use it expires.</summary>
    /// <value>Null: never.</value>
    public int? ExpiresAfterDays { get; init; }

    /// <summary>What it is for, in the caller's words.</summary>
    /// <value>Null: nothing is said.</value>
    public string? Description { get; init; }
}
