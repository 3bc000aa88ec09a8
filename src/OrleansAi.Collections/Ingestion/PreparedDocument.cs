using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Ingestion;

/// <summary>A document that is ready to be indexed.</summary>
/// <param name="Id">Its id in the collection.</param>
/// <param name="Acceptance">Which acceptance of the document this is.</param>
/// <param name="Document">What was taken from its file.</param>
/// <param name="Chunks">Its chunks.</param>
/// <param name="Vectors">Their vectors, in the same order.</param>
/// <param name="Generation">The index that it is for.</param>
internal sealed record PreparedDocument(
    string Id,
    long Acceptance,
    ExtractedDocument Document,
    IReadOnlyList<Chunk> Chunks,
    IReadOnlyList<ReadOnlyMemory<float>> Vectors,
    IndexGeneration Generation)
{
    /// <summary>Under which its text is stored already.</summary>
    /// <value>Null: it is not.</value>
    public string? Text { get; init; }
}
