namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>The collection came into being.</summary>
public sealed record CollectionCreated : CollectionChange
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; names need not be unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>The caller's notes.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>After how many days without use it expires.</summary>
    /// <value>Null: never.</value>
    public int? ExpiresAfterDays { get; init; }

    /// <summary>What it is for, in the caller's words.</summary>
    /// <value>Null: nothing is said.</value>
    public string? Description { get; init; }

    /// <summary>How its first index is made.</summary>
    public required IndexGeneration Generation { get; init; }
}
