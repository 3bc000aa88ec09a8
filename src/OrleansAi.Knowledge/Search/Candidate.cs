using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Knowledge.Search;

/// <summary>A chunk in one ranking of one shard.</summary>
public sealed record Candidate
{
    /// <summary>The document, as the version has it.</summary>
    public required ManifestDocument Document { get; init; }

    /// <summary>The chunk.</summary>
    public required Chunk Chunk { get; init; }

    /// <summary>BM25 or cosine; scores of one ranking can be compared over all shards.</summary>
    public required float Score { get; init; }

    /// <summary>The chunk's vector, when the question asks for diversity.</summary>
    public ReadOnlyMemory<float> Vector { get; init; }
}
