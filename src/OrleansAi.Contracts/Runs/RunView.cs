using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Contracts.Runs;

/// <summary>A run as its caller sees it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-view")]
public sealed record RunView
{
    /// <summary>The run's id, which is the response id.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The conversation that the run belongs to.</summary>
    [Id(1)]
    public required string ConversationId { get; init; }

    /// <summary>Where the run comes from.</summary>
    [Id(2)]
    public RunKind Kind { get; init; }

    /// <summary>The run's state.</summary>
    [Id(3)]
    public required RunStatus Status { get; init; }

    /// <summary>The route.</summary>
    [Id(4)]
    public required string Model { get; init; }

    /// <summary>When the run was admitted, Unix milliseconds.</summary>
    [Id(5)]
    public required long CreatedAt { get; init; }

    /// <summary>When the run ended, Unix milliseconds.</summary>
    [Id(6)]
    public long? CompletedAt { get; init; }

    /// <summary>What the model wrote.</summary>
    [Id(7)]
    public IReadOnlyList<Item> Output { get; init; } = [];

    /// <summary>Tokens billed.</summary>
    [Id(8)]
    public Usage? Usage { get; init; }

    /// <summary>Why the run failed.</summary>
    [Id(9)]
    public RunError? Error { get; init; }

    /// <summary>Why the answer is cut: <c>max_output_tokens</c>, <c>content_filter</c>.</summary>
    [Id(10)]
    public string? IncompleteReason { get; init; }

    /// <summary>Instructions for this turn alone.</summary>
    [Id(11)]
    public string? Instructions { get; init; }

    /// <summary>The knobs of the model call.</summary>
    [Id(12)]
    public Sampling Sampling { get; init; } = new();

    /// <summary>The response this turn continued from.</summary>
    [Id(13)]
    public string? PreviousRunId { get; init; }

    /// <summary>True when the caller does not wait.</summary>
    [Id(14)]
    public bool Background { get; init; }

    /// <summary>The caller's own pairs.</summary>
    [Id(15)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The model that the vendor says answered.</summary>
    [Id(16)]
    public string? ServedModel { get; init; }

    /// <summary>What was asked besides.</summary>
    [Id(17)]
    public TurnOptions Options { get; init; } = new();

    /// <summary>True when the content was destroyed, by its caller's wish; ids, hashes and usage are all that is left.</summary>
    [Id(18)]
    public bool IsForgotten { get; init; }
}
