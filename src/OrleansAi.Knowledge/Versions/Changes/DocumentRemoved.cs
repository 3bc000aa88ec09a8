namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>A document was removed. Versions before this one still have it until they are released.</summary>
public sealed record DocumentRemoved : CollectionChange
{
    /// <summary>Its id in the collection.</summary>
    public required string Id { get; init; }
}
