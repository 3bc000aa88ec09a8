namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>There are documents to index. It comes again, with the same id, when another owner takes that up.</summary>
public sealed record IngestionBegun : CollectionChange
{
    /// <summary>The id under which the index of runs has it, so that it is woken after a crash.</summary>
    public required string Id { get; init; }
}
