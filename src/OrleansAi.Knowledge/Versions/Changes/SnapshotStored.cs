namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>The fold as it was at a position is stored, so that what came before need not be read.</summary>
public sealed record SnapshotStored : CollectionChange
{
    /// <summary>The position of the last record that is in it.</summary>
    public required long At { get; init; }

    /// <summary>Under which it is stored in the collection's contents.</summary>
    public required string Content { get; init; }
}
