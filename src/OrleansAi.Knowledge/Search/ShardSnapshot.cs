using System.Collections.Immutable;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Knowledge.Search;

/// <summary>
/// What a shard holds at one version. It never changes: a new version is another snapshot, which shares all that is the same, so reads
/// go on with theirs while one is made.
/// </summary>
public sealed class ShardSnapshot
{
    private readonly ImmutableDictionary<string, ManifestDocument> _documents;

    private ShardSnapshot(
        int shard, long version, IndexGeneration generation, IReadOnlyList<SegmentView> segments, ImmutableDictionary<string, ManifestDocument> documents)
    {
        (Shard, Version, Generation, Segments, _documents) = (shard, version, generation, segments, documents);
        Analyzer = TextAnalyzer.Find(generation.Analyzer) ?? throw new OrleansAiException(
            ErrorCodes.IndexCorrupt, $"The collection was made with the analyzer '{generation.Analyzer}', which this build does not have.");
        foreach (var view in segments)
        {
            generation.Model.Require(view.Segment.Vectors.Model);
            if (view.Segment.Lexical.Analyzer != Analyzer)
            {
                throw new OrleansAiException(
                    ErrorCodes.IndexCorrupt,
                    $"The segment '{view.Reference.Id}' was made with the analyzer '{view.Segment.Lexical.Analyzer.Name}', the collection says '{Analyzer.Name}'.");
            }
        }
    }

    /// <summary>The shard's number.</summary>
    public int Shard { get; }

    /// <summary>The version.</summary>
    public long Version { get; }

    /// <summary>How the index is made.</summary>
    public IndexGeneration Generation { get; }

    /// <summary>The segments, oldest first.</summary>
    public IReadOnlyList<SegmentView> Segments { get; }

    /// <summary>How text is cut into terms.</summary>
    public TextAnalyzer Analyzer { get; }

    /// <summary>How many live chunks there are.</summary>
    public int Chunks => Segments.Sum(static view => view.Live.Count);

    /// <summary>What a shard holds at a manifest's version.</summary>
    /// <param name="shard">The shard's number.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="load">Gives a segment that is loaded.</param>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.EmbeddingModelMismatch"/> or <see cref="ErrorCodes.IndexCorrupt"/>: a segment is not of the manifest's generation.
    /// </exception>
    public static ShardSnapshot Create(int shard, Manifest manifest, Func<string, KnowledgeSegment> load)
    {
        var documents = manifest.Documents.ToImmutableDictionary(StringComparer.Ordinal);
        return new ShardSnapshot(
            shard,
            manifest.Version,
            manifest.Generation,
            [.. manifest.Segments.Where(segment => segment.Shard == shard).Select(segment => View(segment, load(segment.Id), documents))],
            documents);
    }

    /// <summary>The snapshot of a later version.</summary>
    /// <param name="change">What is different in it.</param>
    /// <param name="load">Gives a segment that is loaded; asked only for new ones.</param>
    /// <exception cref="ArgumentException">The change does not start from this version.</exception>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.EmbeddingModelMismatch"/> or <see cref="ErrorCodes.IndexCorrupt"/>: a segment is not of the generation.
    /// </exception>
    public ShardSnapshot Apply(ManifestChange change, Func<string, KnowledgeSegment> load)
    {
        if (change.From != Version)
        {
            throw new ArgumentException($"The change starts from version {change.From}; this is version {Version}.", nameof(change));
        }

        var documents = _documents.ToBuilder();
        var affected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (id, document) in change.Documents)
        {
            affected.UnionWith(documents.TryGetValue(id, out var before) ? before.Segments : []);
            affected.UnionWith(document?.Segments ?? []);
            if (document is null)
            {
                documents.Remove(id);
            }
            else
            {
                documents[id] = document;
            }
        }

        var changed = documents.ToImmutable();
        return new ShardSnapshot(
            Shard,
            change.To,
            Generation,
            [
                .. Segments.Where(view => !change.Removed.Contains(view.Reference.Id))
                    .Select(view => affected.Contains(view.Reference.Id) ? View(view.Reference, view.Segment, changed) : view),
                .. change.Added.Where(segment => segment.Shard == Shard).Select(segment => View(segment, load(segment.Id), changed)),
            ],
            changed);
    }

    internal ManifestDocument Document(string id) => _documents[id];

    private static SegmentView View(SegmentRef reference, KnowledgeSegment segment, ImmutableDictionary<string, ManifestDocument> documents)
    {
        var alive = segment.Chunks.Documents
            .Select(document => documents.TryGetValue(document.Id, out var known)
                && known.Hash == document.Hash && known.Segments.Contains(reference.Id))
            .ToArray();
        var live = alive.All(static isAlive => isAlive)
            ? ChunkBitmap.All(segment.Count)
            : ChunkBitmap.Where(segment.Count, chunk => alive[segment.Chunks.DocumentOf(chunk)]);
        return new SegmentView(reference, segment, live);
    }
}
