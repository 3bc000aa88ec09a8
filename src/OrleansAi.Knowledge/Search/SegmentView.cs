using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Knowledge.Search;

/// <summary>A segment at a version: what of it is alive. The rest are its tombstones.</summary>
public sealed class SegmentView
{
    private readonly ManifestDocument?[] _documents;

    private SegmentView(SegmentRef reference, KnowledgeSegment segment, ManifestDocument?[] documents)
    {
        (Reference, Segment, _documents) = (reference, segment, documents);
        Live = segment.Chunks.ChunksOf(document => documents[document] is not null);
        LiveLength = segment.Lexical.LengthOf(Live);
    }

    /// <summary>The segment's place in the manifest.</summary>
    public SegmentRef Reference { get; }

    /// <summary>The segment.</summary>
    public KnowledgeSegment Segment { get; }

    /// <summary>The chunks whose documents the version has, in this form and in this segment.</summary>
    public ChunkBitmap Live { get; }

    /// <summary>How many terms they have.</summary>
    internal long LiveLength { get; }

    /// <summary>A document of the segment's table.</summary>
    /// <returns>Null when it is dead.</returns>
    public ManifestDocument? Document(int number) => _documents[number];

    internal static SegmentView Create(
        SegmentRef reference, KnowledgeSegment segment, IReadOnlyDictionary<string, ManifestDocument?> documents) => new(
        reference,
        segment,
        [.. segment.Chunks.Documents.Select(document => IfAlive(reference, document, documents.GetValueOrDefault(document.Id)))]);

    /// <summary>The view of a later version; itself when nothing of it changed.</summary>
    internal SegmentView With(IReadOnlyDictionary<string, ManifestDocument?> changes)
    {
        ManifestDocument?[]? changed = null;
        foreach (var (id, document) in changes)
        {
            foreach (var number in Segment.Chunks.NumbersOf(id))
            {
                changed ??= [.. _documents];
                changed[number] = IfAlive(Reference, Segment.Chunks.Documents[number], document);
            }
        }

        return changed is null ? this : new SegmentView(Reference, Segment, changed);
    }

    internal LexicalStatistics Statistics(LexicalQuery query) => LexicalStatistics.Of(query, Segment.Lexical, Live, LiveLength);

    private static ManifestDocument? IfAlive(SegmentRef reference, SegmentDocument own, ManifestDocument? known) =>
        known is not null && known.Hash == own.Hash && known.Segments.Contains(reference.Id) ? known : null;
}
