namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>The collection is being indexed anew. The old index answers until the switch.</summary>
public sealed record ReindexBegun : CollectionChange
{
    /// <summary>How the new index is made.</summary>
    public required IndexGeneration Generation { get; init; }
}
