using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Vectors;

namespace OrleansAi.Knowledge.Segments;

/// <summary>Builds a <see cref="KnowledgeSegment"/>, document by document. Not safe for several threads.</summary>
/// <param name="model">What makes the vectors.</param>
/// <param name="analyzer">How text is cut into terms.</param>
/// <param name="expected">About how many chunks there will be.</param>
public sealed class KnowledgeSegmentBuilder(EmbeddingModel model, TextAnalyzer analyzer, int expected = 16)
{
    private readonly LexicalSegmentBuilder _lexical = new(analyzer);
    private readonly VectorSegmentBuilder _vectors = new(model, expected);
    private readonly List<(string DocumentId, Chunk Chunk)> _chunks = new(expected);

    /// <summary>How many chunks there are.</summary>
    public int Count => _chunks.Count;

    /// <summary>Adds all chunks of a document.</summary>
    /// <param name="documentId">The document's id in the collection.</param>
    /// <param name="document">The document.</param>
    /// <param name="chunks">Its chunks.</param>
    /// <param name="vectors">Their vectors, in the same order.</param>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.EmbeddingModelMismatch"/>: a vector is not one of the model; <see cref="ErrorCodes.InvalidRequest"/>: a number is not finite.
    /// </exception>
    /// <exception cref="ArgumentException">There are more or fewer vectors than chunks.</exception>
    public void Add(string documentId, ExtractedDocument document, IReadOnlyList<Chunk> chunks, IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        if (vectors.Count != chunks.Count)
        {
            throw new ArgumentException($"{chunks.Count} chunks came with {vectors.Count} vectors.", nameof(vectors));
        }

        for (var i = 0; i < chunks.Count; i++)
        {
            Add(documentId, chunks[i], chunks[i].TextOf(document), vectors[i].Span);
        }
    }

    /// <summary>The segment. The builder is used up.</summary>
    public KnowledgeSegment Build() => KnowledgeSegment.Of(ChunkTable.Of(_chunks), _lexical.Build(), _vectors.Build());

    internal void Add(string documentId, Chunk chunk, string text, ReadOnlySpan<float> vector)
    {
        _vectors.Add(vector);
        _lexical.Add([.. chunk.HeadingPath, text]);
        _chunks.Add((documentId, chunk));
    }
}
