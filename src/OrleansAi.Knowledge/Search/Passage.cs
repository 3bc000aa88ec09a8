using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Knowledge.Search;

/// <summary>A chunk of an answer.</summary>
public sealed record Passage
{
    /// <summary>The document, as the answer's version has it.</summary>
    public required ManifestDocument Document { get; init; }

    /// <summary>The chunk.</summary>
    public required Chunk Chunk { get; init; }

    /// <summary>From 0 to 1; 1 is the first place in every ranking that was asked for.</summary>
    public required float Score { get; init; }

    /// <summary>Its place in the lexical ranking, from 1.</summary>
    /// <value>Null: it was not among the candidates.</value>
    public int? LexicalRank { get; init; }

    /// <summary>Its BM25 score.</summary>
    public float? LexicalScore { get; init; }

    /// <summary>Its place in the vector ranking, from 1.</summary>
    /// <value>Null: it was not among the candidates.</value>
    public int? VectorRank { get; init; }

    /// <summary>Its cosine.</summary>
    public float? Similarity { get; init; }
}
