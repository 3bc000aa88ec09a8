namespace OrleansAi.Knowledge.Versions;

/// <summary>A form of a document over the versions that have it.</summary>
public sealed record Revision
{
    /// <summary>
    /// The document; its segments are all that ever had its chunks, of every generation. A version has those of them that are alive in it.
    /// </summary>
    public required ManifestDocument Document { get; init; }

    /// <summary>The first version that has it.</summary>
    public required long Since { get; init; }

    /// <summary>The first version that has it no more.</summary>
    /// <value>Null: it is alive.</value>
    public long? Until { get; init; }

    /// <summary>True when a version has it.</summary>
    public bool IsIn(long version) => Since <= version && (Until is null || version < Until);
}
