using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Contracts.Runs;

/// <summary>What happens when a turn arrives while another runs on the same conversation.</summary>
[GenerateSerializer]
[Alias("orleansai.overlap")]
public enum OverlapPolicy
{
    /// <summary>Wait for the turns before it.</summary>
    Queue,

    /// <summary>Refuse with <see cref="Errors.ErrorCodes.ConversationLocked"/>.</summary>
    Reject,
}

/// <summary>Where a run came from.</summary>
[GenerateSerializer]
[Alias("orleansai.run-kind")]
public enum RunKind
{
    /// <summary>The Responses API.</summary>
    Response,

    /// <summary>Stateless chat completions.</summary>
    ChatCompletion,
}

/// <summary>The knobs of a model call. A null is left to the vendor.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.sampling")]
public sealed record Sampling
{
    /// <summary>0 to 2.</summary>
    [Id(0)]
    public double? Temperature { get; init; }

    /// <summary>0 to 1.</summary>
    [Id(1)]
    public double? TopP { get; init; }

    /// <summary>-2 to 2.</summary>
    [Id(2)]
    public double? PresencePenalty { get; init; }

    /// <summary>-2 to 2.</summary>
    [Id(3)]
    public double? FrequencyPenalty { get; init; }

    /// <summary>The most tokens that the model may write; at least 1.</summary>
    [Id(4)]
    public int? MaxOutputTokens { get; init; }

    /// <summary>Texts at which the model stops, at most 4; null for none.</summary>
    [Id(5)]
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>Makes the vendor draw alike again, as far as it can.</summary>
    [Id(6)]
    public long? Seed { get; init; }
}

/// <summary>A turn to be admitted.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.turn-request")]
public sealed record TurnRequest
{
    /// <summary>Where the run comes from.</summary>
    [Id(0)]
    public RunKind Kind { get; init; }

    /// <summary>The route, that is the logical model name; null for the default route.</summary>
    [Id(1)]
    public string? Model { get; init; }

    /// <summary>The new items, in order. Their ids are given at admission.</summary>
    [Id(2)]
    public required IReadOnlyList<NewItem> Input { get; init; }

    /// <summary>Instructions for this turn alone.</summary>
    [Id(3)]
    public string? Instructions { get; init; }

    /// <summary>The knobs of the model call.</summary>
    [Id(4)]
    public Sampling Sampling { get; init; } = new();

    /// <summary>True to ask the vendor for a stream, so that the run can be followed while it is written.</summary>
    [Id(5)]
    public bool Stream { get; init; }

    /// <summary>True when the caller does not wait.</summary>
    [Id(6)]
    public bool Background { get; init; }

    /// <summary>What to do when a turn runs already.</summary>
    [Id(7)]
    public OverlapPolicy Overlap { get; init; }

    /// <summary>The caller's idempotency key.</summary>
    [Id(8)]
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the request that came with the key, in lower-case hexadecimal.</summary>
    [Id(9)]
    public string? RequestHash { get; init; }

    /// <summary>The response this turn continues from.</summary>
    [Id(10)]
    public string? PreviousRunId { get; init; }

    /// <summary>The caller's own pairs.</summary>
    [Id(11)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>True when the conversation comes into being with this turn.</summary>
    [Id(12)]
    public bool CreateConversation { get; init; }

    /// <summary>Everything else that is asked of the turn.</summary>
    [Id(13)]
    public TurnOptions Options { get; init; } = new();

    /// <summary>The turn of another conversation that the new one begins behind; null for an empty beginning.</summary>
    [Id(14)]
    public ForkPoint? Fork { get; init; }

    /// <summary>
    /// The response that the caller continues, where that is not stored and <see cref="Input"/> has its items; the turn is then
    /// placed behind <see cref="PreviousRunId"/>, and shown as one behind this.
    /// </summary>
    [Id(15)]
    public string? Continues { get; init; }

    /// <summary>The run that the new one is a fork of; null for any other run.</summary>
    [Id(16)]
    public ForkOrigin? ForkedFrom { get; init; }

    /// <summary>Outputs of steps that are given to the run.</summary>
    [Id(17)]
    public IReadOnlyList<GivenStep> Given { get; init; } = [];

    /// <summary>The outputs that calls of functions are answered with.</summary>
    [Id(18)]
    public IReadOnlyList<ToolAnswer> ToolOutputs { get; init; } = [];

    /// <summary>What a fork is told out of collections; null where that is for the route to say, as for any other run.</summary>
    [Id(19)]
    public ForkRetrieval? Retrieval { get; init; }
}

/// <summary>A place in the transcript of another conversation.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.fork-point")]
public sealed record ForkPoint
{
    /// <summary>The conversation.</summary>
    [Id(0)]
    public required string ConversationId { get; init; }

    /// <summary>The position of the last record that the fork shares.</summary>
    [Id(1)]
    public required long Position { get; init; }
}
