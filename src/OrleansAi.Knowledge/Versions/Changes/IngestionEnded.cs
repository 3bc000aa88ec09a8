namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>There are no documents to index any more.</summary>
public sealed record IngestionEnded : CollectionChange
{
    /// <summary>The id under which the index of runs has it.</summary>
    public required string Id { get; init; }
}
