using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Contracts.Models;

/// <summary>One message of a model request.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-message")]
public sealed record ModelMessage
{
    /// <summary>Who speaks.</summary>
    [Id(0)]
    public required Role Role { get; init; }

    /// <summary>What is said.</summary>
    [Id(1)]
    public required string Text { get; init; }
}

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
}

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
}

/// <summary>A piece of a streamed model call.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-event")]
public sealed record ModelEvent
{
    /// <summary>Text that the model wrote.</summary>
    [Id(0)]
    public string? Delta { get; init; }

    /// <summary>True when the text so far is void: its attempt was cut, and a new attempt begins.</summary>
    [Id(1)]
    public bool Restarted { get; init; }

    /// <summary>The outcome; on the last event only.</summary>
    [Id(2)]
    public ModelResult? Result { get; init; }
}
