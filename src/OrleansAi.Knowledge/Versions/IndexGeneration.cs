using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Vectors;

namespace OrleansAi.Knowledge.Versions;

/// <summary>How an index of a collection is made. Another model, analyzer or chunking is another generation, with segments of its own.</summary>
public sealed record IndexGeneration
{
    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What makes the vectors.</summary>
    public required EmbeddingModel Model { get; init; }

    /// <summary>The route to what makes the vectors.</summary>
    /// <value>Null: the default route.</value>
    public string? Route { get; init; }

    /// <summary>The name of what cuts text into terms.</summary>
    public required string Analyzer { get; init; }

    /// <summary>How documents are cut that ask for nothing else.</summary>
    public required ChunkingOptions Chunking { get; init; }
}
