namespace OrleansAi.Contracts.Embeddings;

/// <summary>One batch of texts on its way to one model of one vendor, in no vendor's own words.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.embedding-call")]
public sealed record EmbeddingCall
{
    /// <summary>The vendor's configured name.</summary>
    [Id(0)]
    public required string Vendor { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The texts, in order.</summary>
    [Id(2)]
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>How many numbers each vector shall have; null for as many as the model gives.</summary>
    [Id(3)]
    public int? Dimensions { get; init; }

    /// <summary>The instant at which the call is given up; Unix milliseconds.</summary>
    [Id(4)]
    public required long Deadline { get; init; }

    /// <summary>True when an answer of any other model than exactly this one breaks the contract.</summary>
    [Id(5)]
    public bool Pinned { get; init; }

    /// <summary>The most calls that may be made to the vendor, retries and hedges included; 0 for no limit but the vendor's own.</summary>
    [Id(6)]
    public int MaxCalls { get; init; }

    /// <summary>A name of the end user that tells nothing about the person.</summary>
    [Id(7)]
    public string? SafetyIdentifier { get; init; }
}
