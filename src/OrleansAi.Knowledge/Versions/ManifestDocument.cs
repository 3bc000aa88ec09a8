using OrleansAi.Journal;
using OrleansAi.Knowledge.Filters;

namespace OrleansAi.Knowledge.Versions;

/// <summary>A document as one version of a collection has it.</summary>
public sealed record ManifestDocument
{
    /// <summary>Its id in the collection.</summary>
    public required string Id { get; init; }

    /// <summary>The hash of its source: which of its revisions this is.</summary>
    public required ContentHash Hash { get; init; }

    /// <summary>Its file name.</summary>
    public required string Name { get; init; }

    /// <summary>Under which its text is stored in the collection's contents.</summary>
    /// <value>Null: it has none.</value>
    public string? Text { get; init; }

    /// <summary>What filters compare.</summary>
    public required IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; }

    /// <summary>The ids of the segments that have its chunks.</summary>
    public required IReadOnlyList<string> Segments { get; init; }
}
