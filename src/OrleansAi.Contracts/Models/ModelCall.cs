using OrleansAi.Contracts.Runs;

namespace OrleansAi.Contracts.Models;

/// <summary>A request to a vendor, in no vendor's own words.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-call")]
public sealed record ModelCall
{
    /// <summary>The run that asks.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>The vendor's configured name.</summary>
    [Id(1)]
    public required string Vendor { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    [Id(2)]
    public required string Model { get; init; }

    /// <summary>The messages, in order.</summary>
    [Id(3)]
    public required IReadOnlyList<ModelMessage> Messages { get; init; }

    /// <summary>The knobs.</summary>
    [Id(4)]
    public required Sampling Sampling { get; init; }

    /// <summary>The instant at which the call is given up, whatever happens to cancellation messages; Unix milliseconds.</summary>
    [Id(5)]
    public required long Deadline { get; init; }

    /// <summary>The functions that the model may call; empty for none.</summary>
    [Id(6)]
    public IReadOnlyList<ModelTool> Tools { get; init; } = [];

    /// <summary>Whether and what the model must call; null for the vendor's default.</summary>
    [Id(7)]
    public ModelToolChoice? ToolChoice { get; init; }

    /// <summary>False to allow one call at a time; null for the vendor's default.</summary>
    [Id(8)]
    public bool? ParallelToolCalls { get; init; }

    /// <summary>The form that the answer must have; null for free text.</summary>
    [Id(9)]
    public ModelOutputFormat? OutputFormat { get; init; }

    /// <summary>How much the model shall think: <c>minimal</c>, <c>low</c>, <c>medium</c> or <c>high</c>; null for the vendor's default.</summary>
    [Id(10)]
    public string? ReasoningEffort { get; init; }

    /// <summary>The route that the call is made for; null for none.</summary>
    [Id(11)]
    public string? Route { get; init; }

    /// <summary>True when an answer of any other model than exactly this one breaks the contract.</summary>
    [Id(12)]
    public bool Pinned { get; init; }

    /// <summary>The most calls that may be made to the vendor, retries, repairs and hedges included; 0 for no limit but the vendor's own.</summary>
    [Id(13)]
    public int MaxCalls { get; init; }

    /// <summary>How the thoughts shall be summed up: <c>auto</c>, <c>concise</c> or <c>detailed</c>; null for the vendor's default.</summary>
    [Id(14)]
    public string? ReasoningSummary { get; init; }

    /// <summary>How wordy the answer shall be: <c>low</c>, <c>medium</c> or <c>high</c>; null for the vendor's default.</summary>
    [Id(15)]
    public string? Verbosity { get; init; }

    /// <summary>A name of the end user that tells nothing about the person.</summary>
    [Id(16)]
    public string? SafetyIdentifier { get; init; }

    /// <summary>What requests with a common beginning have in common.</summary>
    [Id(17)]
    public string? PromptCacheKey { get; init; }

    /// <summary>How long the vendor shall keep the common beginning: <c>in-memory</c> or <c>24h</c>; null for its default.</summary>
    [Id(18)]
    public string? PromptCacheRetention { get; init; }

    /// <summary>The conversation that the call is made in, for telemetry alone; null for none.</summary>
    [Id(19)]
    public string? ConversationId { get; init; }

    /// <summary>True when the bytes of the vendors' answers are not wanted, and their hashes are enough.</summary>
    [Id(20)]
    public bool OmitsExchange { get; init; }
}
