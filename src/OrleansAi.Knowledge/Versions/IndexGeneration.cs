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

    /// <summary>
    /// True when the model's name begins with its vendor's. Indexes of older builds have only the name that the model has there: they
    /// take vectors of a model of that name from the vendor that their route leads to.
    /// </summary>
    /// <value>The default value is false, for what was stored then.</value>
    public bool NamesVendor { get; init; }

    /// <summary>The route to what makes the vectors.</summary>
    /// <value>Null: the default route.</value>
    public string? Route { get; init; }

    /// <summary>The name of what cuts text into terms.</summary>
    public required string Analyzer { get; init; }

    /// <summary>How documents are cut that ask for nothing else.</summary>
    public required ChunkingOptions Chunking { get; init; }
}
