namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>
/// There are documents to index. It comes again, with the same id, when another owner takes that up, and before such an owner tries a document
/// that it has found waiting: whoever comes after it knows then what it was at.
/// </summary>
public sealed record IngestionBegun : CollectionChange
{
    /// <summary>The id under which the index of runs has it, so that it is woken after a crash.</summary>
    public required string Id { get; init; }

    /// <summary>The acceptance of the document that is about to be tried.</summary>
    /// <value>Null: none is meant.</value>
    public long? Acceptance { get; init; }
}
