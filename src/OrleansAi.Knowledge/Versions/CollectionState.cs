using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Knowledge.Versions;

/// <summary>
/// A collection, folded from its stream: the version counter and what every readable version consists of. Each change that a
/// search can see makes one version; nothing else does. One owner applies; decisions only read.
/// </summary>
public sealed partial class CollectionState
{
    private readonly DocumentTable _documents = new();
    private readonly RevisionTable _revisions = new();
    private readonly SegmentTable _segments = new();
    private readonly UnneededTable _unneeded = new();
    private readonly List<GenerationEntry> _generations = [];
    private readonly List<VersionTime> _times = [];
    private readonly BatchTable _batches = new();
    private readonly CommandTable _commands = new();
    private CollectionCreated? _created;
    private CollectionUpdated? _updated;
    private string? _snapshot;

    /// <summary>An empty stream.</summary>
    public CollectionState()
    {
    }

    /// <summary>Takes up a snapshot.</summary>
    public CollectionState(CollectionSnapshot snapshot)
    {
        (Position, Version, OldestVersion, Status) = (snapshot.Position, snapshot.Version, snapshot.OldestVersion, snapshot.Status);
        (_created, _updated, CreatedAt, LastActiveAt) = (snapshot.Created, snapshot.Updated, snapshot.CreatedAt, snapshot.LastActiveAt);
        (Building, LastGeneration) = (snapshot.Building, snapshot.LastGeneration);
        _generations.AddRange(snapshot.Generations);
        _times.AddRange(snapshot.Times);
        Ingestion = snapshot.Ingestion;
        foreach (var batch in snapshot.Batches)
        {
            _batches.Set(batch);
        }

        _commands.Restore(snapshot.Commands);
        foreach (var document in snapshot.Documents)
        {
            _documents.Set(document);
        }

        _revisions.Restore(snapshot.Revisions);
        _segments.Restore(snapshot.Segments);
        _snapshot = snapshot.Snapshot;
        _unneeded.AddContents(snapshot.UnneededContents);
        _unneeded.AddDocuments(snapshot.UnneededDocuments);
    }

    /// <summary>The position of the last record that was applied.</summary>
    public long Position { get; private set; }

    /// <summary>The newest version. 1 is the empty collection.</summary>
    public long Version { get; private set; }

    /// <summary>The oldest version that can be read.</summary>
    public long OldestVersion { get; private set; } = 1;

    /// <summary>What the collection is.</summary>
    public CollectionStatus Status { get; private set; }

    /// <summary>Its id.</summary>
    public string Id => _created?.Id ?? "";

    /// <summary>Its name.</summary>
    public string Name => _updated?.Name ?? _created?.Name ?? "";

    /// <summary>What it is for, in the caller's words.</summary>
    /// <value>Null: nothing is said.</value>
    public string? Description => _updated is null ? _created?.Description : _updated.Description;

    /// <summary>The caller's notes.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _updated?.Metadata ?? _created?.Metadata ?? new Dictionary<string, string>();

    /// <summary>After how many days without use it expires.</summary>
    /// <value>Null: never.</value>
    public int? ExpiresAfterDays => _updated is null ? _created?.ExpiresAfterDays : _updated.ExpiresAfterDays;

    /// <summary>When it was made, Unix milliseconds.</summary>
    public long CreatedAt { get; private set; }

    /// <summary>When it was last used, Unix milliseconds.</summary>
    public long LastActiveAt { get; private set; }

    /// <summary>When it expires, Unix milliseconds.</summary>
    /// <value>Null: never.</value>
    public long? ExpiresAt => ExpiresAfterDays is { } days ? LastActiveAt + (days * 86_400_000L) : null;

    /// <summary>The generation that is searched.</summary>
    public IndexGeneration? Active => _generations.Count == 0 ? null : _generations[^1].Generation;

    /// <summary>The generation that is being built.</summary>
    public IndexGeneration? Building { get; private set; }

    /// <summary>The highest number a generation had.</summary>
    public int LastGeneration { get; private set; }

    /// <summary>The documents that are there now, those that failed and those in progress included, by id.</summary>
    public IReadOnlyDictionary<string, DocumentEntry> Documents => _documents.All;

    /// <summary>The documents that wait to be indexed, in the order in which they were accepted.</summary>
    public IReadOnlyCollection<DocumentEntry> Pending => _documents.Pending;

    /// <summary>The batches that documents were added in, by id.</summary>
    public IReadOnlyDictionary<string, BatchEntry> Batches => _batches.All;

    /// <summary>The indexing that is under way.</summary>
    public IngestionEntry? Ingestion { get; private set; }

    /// <summary>Contents that nothing refers to any more and that are to be deleted from the store.</summary>
    public IReadOnlyCollection<string> UnneededContents => _unneeded.Contents;

    /// <summary>Documents whose cached vectors are to be deleted from the store, by id.</summary>
    public IReadOnlyCollection<string> UnneededDocuments => _unneeded.Documents;

    /// <summary>True when there is something to delete from the store.</summary>
    public bool HasUnneeded => _unneeded.Contents.Count > 0 || _unneeded.Documents.Count > 0 || (Status == CollectionStatus.Deleted && !IsEmptied);

    /// <summary>True when all contents of the collection, which was deleted, are deleted from the store.</summary>
    public bool IsEmptied { get; private set; }

    /// <summary>When the readable versions were made, oldest first.</summary>
    public IReadOnlyList<VersionTime> Times => _times;

    /// <summary>All segments that a readable version has, or the generation that is being built.</summary>
    public IEnumerable<SegmentEntry> Segments => _segments.All;

    /// <summary>All revisions that a readable version has.</summary>
    public IEnumerable<Revision> Revisions => _revisions.All;

    /// <summary>True for a command that was carried out.</summary>
    public bool HasDone(string command) => _commands.Contains(command);

    /// <summary>The form of a document that is searched now.</summary>
    /// <returns>Null when none is.</returns>
    public ManifestDocument? Live(string documentId) => _revisions.Live(documentId)?.Document;

    /// <summary>The form of a document that a version has.</summary>
    /// <returns>Null when it has none.</returns>
    public ManifestDocument? DocumentAt(string documentId, long version) => _revisions.At(documentId, version)?.Document;

    /// <summary>The documents that are searched now but are not in the generation that is being built.</summary>
    public IReadOnlyList<string> MissingInBuilding() => Building is null
        ? []
        :
        [
            .. _revisions.All.Where(static revision => revision.Until is null).Select(static revision => revision.Document)
                .Where(document => _documents[document.Id].Chunks > 0 && !_segments.HasAny(document.Segments, Building.Number))
                .Select(static document => document.Id).Order(StringComparer.Ordinal),
        ];

    /// <summary>How the index of a version is made.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.VersionNotReached"/>, <see cref="ErrorCodes.VersionNotRetained"/>.</exception>
    public IndexGeneration GenerationAt(long version)
    {
        VersionReads.CheckReadable(this, version);
        return _generations.FindLast(entry => entry.Since <= version)!.Generation;
    }

    /// <summary>The shards of a version.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.VersionNotReached"/>, <see cref="ErrorCodes.VersionNotRetained"/>.</exception>
    public IReadOnlyList<int> ShardsAt(long version) =>
        [.. _segments.In(version, GenerationAt(version).Number).Select(static segment => segment.Shard).Distinct().Order()];

    /// <summary>What a version consists of.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.VersionNotReached"/>, <see cref="ErrorCodes.VersionNotRetained"/>.</exception>
    public Manifest ManifestAt(long version) => ManifestBuilder.Build(version, GenerationAt(version), _segments, _revisions);

    /// <summary>What makes one version into a later one.</summary>
    /// <returns>Null when they are of different generations: then the later manifest must be taken as a whole.</returns>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.VersionNotReached"/>, <see cref="ErrorCodes.VersionNotRetained"/>.</exception>
    public ManifestChange? ChangeBetween(long from, long to)
    {
        VersionReads.CheckReadable(this, to);
        VersionReads.CheckReadable(this, from);
        var generation = _generations.FindLast(entry => entry.Since <= to)!;
        return generation.Since > from || from > to
            ? null
            : ManifestBuilder.BuildChange(from, to, generation.Generation.Number, _segments, _revisions);
    }

    /// <summary>The fold as it is now.</summary>
    public CollectionSnapshot ToSnapshot() => new()
    {
        Position = Position,
        Version = Version,
        OldestVersion = OldestVersion,
        Status = Status,
        Created = _created,
        Updated = _updated,
        CreatedAt = CreatedAt,
        LastActiveAt = LastActiveAt,
        Generations = [.. _generations],
        Building = Building,
        LastGeneration = LastGeneration,
        Documents = [.. _documents.All.Values.OrderBy(static document => document.Acceptance)],
        Revisions = [.. _revisions.All.OrderBy(static revision => revision.Since).ThenBy(static revision => revision.Document.Id, StringComparer.Ordinal)],
        Segments = [.. _segments.All],
        Times = [.. _times],
        Batches = [.. _batches.All.Values],
        Commands = [.. _commands.All],
        Ingestion = Ingestion,
        Snapshot = _snapshot,
        UnneededContents = [.. _unneeded.Contents],
        UnneededDocuments = [.. _unneeded.Documents],
    };
}
