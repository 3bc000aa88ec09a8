using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Filters;

namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>A document is to be indexed. One of the same id goes on being searched until this one is.</summary>
public sealed record DocumentAccepted : CollectionChange
{
    /// <summary>Its id in the collection.</summary>
    public required string Id { get; init; }

    /// <summary>Its file name.</summary>
    public required string Name { get; init; }

    /// <summary>What filters compare.</summary>
    public IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; } = new Dictionary<string, AttributeValue>();

    /// <summary>How it is cut.</summary>
    /// <value>Null: as the collection says.</value>
    public ChunkingOptions? Chunking { get; init; }

    /// <summary>The batch that it is of.</summary>
    /// <value>Null: none.</value>
    public string? BatchId { get; init; }
}
