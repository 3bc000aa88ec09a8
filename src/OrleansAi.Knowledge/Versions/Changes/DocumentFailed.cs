namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>A document could not be indexed and was set aside. What was searched under its id still is.</summary>
public sealed record DocumentFailed : CollectionChange
{
    /// <summary>Its id in the collection.</summary>
    public required string Id { get; init; }

    /// <summary>Which acceptance of the document this is about: the position of its record.</summary>
    public required long Acceptance { get; init; }

    /// <summary>Why: a code that errors have.</summary>
    public required string Code { get; init; }

    /// <summary>Why, for the caller.</summary>
    public required string Message { get; init; }
}
