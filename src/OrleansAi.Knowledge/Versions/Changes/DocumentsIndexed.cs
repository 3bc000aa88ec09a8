namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>Documents were indexed into new segments. In the generation that is searched this makes a version.</summary>
public sealed record DocumentsIndexed : CollectionChange
{
    /// <summary>The generation the segments were made for.</summary>
    public required int Generation { get; init; }

    /// <summary>The new segments; all chunks of all the documents are in them.</summary>
    public required IReadOnlyList<SegmentRef> Segments { get; init; }

    /// <summary>The documents.</summary>
    public required IReadOnlyList<IndexedDocument> Documents { get; init; }

    /// <summary>The version that this makes.</summary>
    /// <value>Null: none, since the generation is being built; also of records before builds that write it.</value>
    public long? Version { get; init; }
}
