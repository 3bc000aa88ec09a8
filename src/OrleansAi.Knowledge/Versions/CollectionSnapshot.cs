using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Knowledge.Versions;

/// <summary>A fold of a collection's stream at a position: a shortcut for loading, never the truth.</summary>
public sealed record CollectionSnapshot
{
    /// <summary>The position of the last record that is in it.</summary>
    public required long Position { get; init; }

    /// <summary>The newest version.</summary>
    public required long Version { get; init; }

    /// <summary>The oldest version that can be read.</summary>
    public required long OldestVersion { get; init; }

    /// <summary>What the collection is.</summary>
    public required CollectionStatus Status { get; init; }

    /// <summary>Its creation.</summary>
    public CollectionCreated? Created { get; init; }

    /// <summary>What last replaced name, metadata and expiry.</summary>
    public CollectionUpdated? Updated { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it was last used, Unix milliseconds.</summary>
    public long LastActiveAt { get; init; }

    /// <summary>The generations, oldest first.</summary>
    public required IReadOnlyList<GenerationEntry> Generations { get; init; }

    /// <summary>The generation that is being built.</summary>
    public IndexGeneration? Building { get; init; }

    /// <summary>The highest number a generation had.</summary>
    public int LastGeneration { get; init; }

    /// <summary>The documents that are there now.</summary>
    public required IReadOnlyList<DocumentEntry> Documents { get; init; }

    /// <summary>All revisions that a readable version has.</summary>
    public required IReadOnlyList<Revision> Revisions { get; init; }

    /// <summary>All segments that a readable version has, or the generation that is being built.</summary>
    public required IReadOnlyList<SegmentEntry> Segments { get; init; }

    /// <summary>The batches, oldest first.</summary>
    public IReadOnlyList<BatchEntry> Batches { get; init; } = [];

    /// <summary>The commands that were carried out last, oldest first.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>The indexing that is under way.</summary>
    public IngestionEntry? Ingestion { get; init; }

    /// <summary>Under which the last snapshot before this one is stored.</summary>
    public string? Snapshot { get; init; }

    /// <summary>Contents that are to be deleted.</summary>
    public IReadOnlyList<string> UnneededContents { get; init; } = [];

    /// <summary>Documents whose cached vectors are to be deleted.</summary>
    public IReadOnlyList<string> UnneededDocuments { get; init; } = [];

    /// <summary>When the readable versions were made, oldest first.</summary>
    public required IReadOnlyList<VersionTime> Times { get; init; }
}
