namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>Indexing anew was given up; what it wrote is of no use.</summary>
public sealed record ReindexAbandoned : CollectionChange
{
    /// <summary>Why: a code that errors have.</summary>
    /// <value>Null: it was asked for.</value>
    public string? Code { get; init; }

    /// <summary>Why, for the caller.</summary>
    public string? Message { get; init; }
}
