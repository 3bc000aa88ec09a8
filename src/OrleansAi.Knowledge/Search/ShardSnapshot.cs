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
    private ShardSnapshot(int shard, long version, IndexGeneration generation, IReadOnlyList<SegmentView> segments)
    {
        (Shard, Version, Generation, Segments) = (shard, version, generation, segments);
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
        var documents = manifest.Documents.ToDictionary(static entry => entry.Key, static entry => (ManifestDocument?)entry.Value, StringComparer.Ordinal);
        return new ShardSnapshot(
            shard,
            manifest.Version,
            manifest.Generation,
            [
                .. manifest.Segments.Where(segment => segment.Shard == shard)
                    .Select(segment => SegmentView.Create(segment, load(segment.Id), documents)),
            ]);
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

        // A document that is alive in a new segment was not in it before, so the change names it.
        return new ShardSnapshot(
            Shard,
            change.To,
            Generation,
            [
                .. Segments.Where(view => !change.Removed.Contains(view.Reference.Id)).Select(view => view.With(change.Documents)),
                .. change.Added.Where(segment => segment.Shard == Shard)
                    .Select(segment => SegmentView.Create(segment, load(segment.Id), change.Documents)),
            ]);
    }
}
