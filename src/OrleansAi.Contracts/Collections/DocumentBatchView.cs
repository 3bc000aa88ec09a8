namespace OrleansAi.Contracts.Collections;

/// <summary>Documents that were added together, OpenAI's file batch.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.document-batch-view")]
public sealed record DocumentBatchView
{
    /// <summary>Its id, <c>vsfb_…</c>.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The collection.</summary>
    [Id(1)]
    public required string CollectionId { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    [Id(2)]
    public required long CreatedAt { get; init; }

    /// <summary>How many of its documents are how far.</summary>
    [Id(3)]
    public required DocumentCounts Documents { get; init; }

    /// <summary>True when it was cancelled.</summary>
    [Id(4)]
    public bool IsCancelled { get; init; }
}
