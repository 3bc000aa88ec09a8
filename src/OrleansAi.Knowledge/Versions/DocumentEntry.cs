using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Filters;

namespace OrleansAi.Knowledge.Versions;

/// <summary>A document as its collection knows it now.</summary>
public sealed record DocumentEntry
{
    /// <summary>Its id in the collection.</summary>
    public required string Id { get; init; }

    /// <summary>Its file name.</summary>
    public required string Name { get; init; }

    /// <summary>What filters compare; those that it will have when it is indexed.</summary>
    public required IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; }

    /// <summary>How it is cut.</summary>
    /// <value>Null: as the collection says.</value>
    public ChunkingOptions? Chunking { get; init; }

    /// <summary>How far its newest form is.</summary>
    public DocumentStatus Status { get; init; }

    /// <summary>Why it failed: a code that errors have.</summary>
    public string? FailureCode { get; init; }

    /// <summary>Why it failed, for the caller.</summary>
    public string? FailureMessage { get; init; }

    /// <summary>The position of the record that accepted its newest form. What was indexed for another one comes too late.</summary>
    public required long Acceptance { get; init; }

    /// <summary>How often an owner that found it waiting began with it: each of them but the present one ended before it had done with it.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was accepted, Unix milliseconds.</summary>
    public long AcceptedAt { get; init; }

    /// <summary>The batch that its newest form is of.</summary>
    /// <value>Null: none.</value>
    public string? BatchId { get; init; }

    /// <summary>The version that there was when it was last changed: the first one that has the change, if a search can see it.</summary>
    public long Version { get; init; }

    /// <summary>How many chunks its newest indexed form has.</summary>
    public int Chunks { get; init; }

    /// <summary>The size of the text of its newest indexed form.</summary>
    public long Bytes { get; init; }
}
