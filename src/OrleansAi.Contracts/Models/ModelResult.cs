using OrleansAi.Contracts.Runs;

namespace OrleansAi.Contracts.Models;

/// <summary>Why a model stopped. A closed set.</summary>
[GenerateSerializer]
[Alias("orleansai.finish-reason")]
public enum FinishReason
{
    /// <summary>It was done.</summary>
    Stop,

    /// <summary>It reached the limit of tokens.</summary>
    Length,

    /// <summary>The vendor's filter cut it.</summary>
    ContentFilter,

    /// <summary>It called functions and waits for their outputs.</summary>
    ToolCalls,

    /// <summary>It, or its vendor in its place, refused.</summary>
    Refusal,
}

/// <summary>What came of a model call.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-result")]
public sealed record ModelResult
{
    /// <summary>The answer's text; empty when <see cref="Error"/> is set.</summary>
    [Id(0)]
    public string Text { get; init; } = "";

    /// <summary>The model's refusal, where it refused.</summary>
    [Id(1)]
    public string? Refusal { get; init; }

    /// <summary>Why the model stopped.</summary>
    [Id(2)]
    public FinishReason FinishReason { get; init; }

    /// <summary>Tokens billed; null when the vendor did not say.</summary>
    [Id(3)]
    public Usage? Usage { get; init; }

    /// <summary>The model that the vendor says answered.</summary>
    [Id(4)]
    public string? ServedModel { get; init; }

    /// <summary>The vendor's own id of the request.</summary>
    [Id(5)]
    public string? VendorRequestId { get; init; }

    /// <summary>Every call made, in order.</summary>
    [Id(6)]
    public IReadOnlyList<VendorAttempt> Attempts { get; init; } = [];

    /// <summary>The first cause, when no attempt gave an answer.</summary>
    [Id(7)]
    public RunError? Error { get; init; }

    /// <summary>The functions that the model called, in order.</summary>
    [Id(8)]
    public IReadOnlyList<ModelToolCall> ToolCalls { get; init; } = [];

    /// <summary>What the model thought, in order.</summary>
    [Id(9)]
    public IReadOnlyList<ModelReasoning> Reasoning { get; init; } = [];

    /// <summary>The vendor's fingerprint of what answered.</summary>
    [Id(10)]
    public string? Fingerprint { get; init; }

    /// <summary>What the sanity checks found; empty for a sound answer.</summary>
    [Id(11)]
    public IReadOnlyList<Verdict> Verdicts { get; init; } = [];

    /// <summary>The configured name of the vendor that answered, or of the last one that was tried.</summary>
    [Id(12)]
    public string? Vendor { get; init; }

    /// <summary>The vendor's name of the model that was asked last.</summary>
    [Id(13)]
    public string? Model { get; init; }

    /// <summary>
    /// The bytes of the answers, Brotli-compressed, in the order of <see cref="Attempts"/>; null where none came. Their hashes
    /// before compression stand with the attempts.
    /// </summary>
    [Id(14)]
    public IReadOnlyList<byte[]?> Exchanges { get; init; } = [];

    /// <summary>
    /// The messages that <see cref="Text"/> is made of, in order; null for one of which the text is all there is to say.
    /// </summary>
    [Id(15)]
    public IReadOnlyList<ModelOutputMessage>? Messages { get; init; }
}
