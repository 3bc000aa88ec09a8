using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Vectors;

namespace OrleansAi.Knowledge.Segments;

/// <summary>Some chunks with both of their indexes: what ingestion writes once and shards hold in memory. It never changes.</summary>
public sealed class KnowledgeSegment
{
    private const ushort FormatVersion = 1;

    private KnowledgeSegment(ChunkTable chunks, LexicalSegment lexical, VectorSegment vectors) =>
        (Chunks, Lexical, Vectors) = (chunks, lexical, vectors);

    private static ReadOnlySpan<byte> Magic => "OAKS"u8;

    /// <summary>Its chunks.</summary>
    public ChunkTable Chunks { get; }

    /// <summary>Their terms.</summary>
    public LexicalSegment Lexical { get; }

    /// <summary>Their vectors.</summary>
    public VectorSegment Vectors { get; }

    /// <summary>How many chunks it has.</summary>
    public int Count => Chunks.Count;

    /// <summary>The stored form.</summary>
    public byte[] ToBytes()
    {
        var (chunks, lexical, vectors) = (Chunks.ToBytes(), Lexical.ToBytes(), Vectors.ToBytes());
        var writer = new SegmentWriter(Magic, FormatVersion, chunks.Length + lexical.Length + vectors.Length + 64);
        writer.Values<byte>(chunks);
        writer.Values<byte>(lexical);
        writer.Values<byte>(vectors);
        return writer.ToArray();
    }

    /// <summary>Reads the stored form; parts of it stay in use.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.IndexCorrupt"/>.</exception>
    public static KnowledgeSegment Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new SegmentReader(bytes, Magic, FormatVersion, "segment");
        var segment = new KnowledgeSegment(
            ChunkTable.Read(reader.Bytes()), LexicalSegment.Read(reader.Bytes()), VectorSegment.Read(reader.Bytes()));
        reader.End();
        return segment.Lexical.Chunks == segment.Count && segment.Vectors.Count == segment.Count
            ? segment
            : throw reader.Corrupt("its parts have different numbers of chunks");
    }

    /// <summary>One segment of what several segments have alive, in their order.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.EmbeddingModelMismatch"/>.</exception>
    /// <exception cref="ArgumentException">There is no segment, or their terms were cut differently.</exception>
    public static KnowledgeSegment Merge(IReadOnlyList<(KnowledgeSegment Segment, ChunkBitmap Live)> parts) => new(
        ChunkTable.Merge([.. parts.Select(static part => (part.Segment.Chunks, part.Live))]),
        LexicalSegment.Merge([.. parts.Select(static part => (part.Segment.Lexical, part.Live))]),
        VectorSegment.Merge([.. parts.Select(static part => (part.Segment.Vectors, part.Live))]));

    internal static KnowledgeSegment Of(ChunkTable chunks, LexicalSegment lexical, VectorSegment vectors) => new(chunks, lexical, vectors);
}
