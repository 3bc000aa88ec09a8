namespace OrleansAi.Contracts.Collections;

/// <summary>What shall be changed of a collection. What is null stays.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-update")]
public sealed record CollectionUpdate
{
    /// <summary>The new name.</summary>
    [Id(0)]
    public string? Name { get; init; }

    /// <summary>The new notes, all of them.</summary>
    [Id(1)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>True when <see cref="ExpiresAfterDays"/> replaces what was.</summary>
    [Id(2)]
    public bool SetsExpiry { get; init; }

    /// <summary>After how many days without use it expires; null for never.</summary>
    [Id(3)]
    public int? ExpiresAfterDays { get; init; }

    /// <summary>The route of the embedding model that shall answer from some time on; null for the one that does.</summary>
    [Id(4)]
    public string? EmbeddingRoute { get; init; }

    /// <summary>What it is for from now on, in the caller's words.</summary>
    [Id(5)]
    public string? Description { get; init; }
}
