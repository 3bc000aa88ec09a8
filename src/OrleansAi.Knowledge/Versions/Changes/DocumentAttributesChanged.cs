using OrleansAi.Knowledge.Filters;

namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>A document's attributes were replaced.</summary>
public sealed record DocumentAttributesChanged : CollectionChange
{
    /// <summary>Its id in the collection.</summary>
    public required string Id { get; init; }

    /// <summary>The attributes.</summary>
    public required IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; }
}
