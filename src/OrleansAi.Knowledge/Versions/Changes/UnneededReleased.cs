namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>What the collection did not need any more is deleted from the store.</summary>
public sealed record UnneededReleased : CollectionChange
{
    /// <summary>Contents, by what they were found under.</summary>
    public IReadOnlyList<string> Contents { get; init; } = [];

    /// <summary>Documents whose cached vectors were deleted, by id.</summary>
    public IReadOnlyList<string> Documents { get; init; } = [];

    /// <summary>True when all contents of a collection that was deleted are.</summary>
    public bool IsAll { get; init; }
}
