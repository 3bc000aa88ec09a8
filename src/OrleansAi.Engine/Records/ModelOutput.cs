using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>What came of a model call.</summary>
public sealed record ModelOutput
{
    /// <summary>The answer, or the part of it that came.</summary>
    [JsonPropertyName("x")]
    public required StoredText Text { get; init; }

    /// <summary>The model's refusal.</summary>
    [JsonPropertyName("no")]
    public StoredText? Refusal { get; init; }

    /// <summary>Why the model stopped.</summary>
    [JsonPropertyName("finish")]
    public FinishReason FinishReason { get; init; }

    /// <summary>Tokens billed.</summary>
    [JsonPropertyName("usage")]
    public Usage? Usage { get; init; }

    /// <summary>The model that the vendor says answered.</summary>
    [JsonPropertyName("served")]
    public string? ServedModel { get; init; }

    /// <summary>The vendor's own id of the request.</summary>
    [JsonPropertyName("vrid")]
    public string? VendorRequestId { get; init; }

    /// <summary>How the stream was cut into deltas; null for one delta of text. See <see cref="Chunks"/>.</summary>
    [JsonPropertyName("chunks")]
    public string? Deltas { get; init; }

    /// <summary>The calls made, in order; null when there was none, or only one that needed no vendor outside.</summary>
    [JsonPropertyName("calls")]
    public IReadOnlyList<AttemptBody>? Calls { get; init; }

    /// <summary>The vendor that answered, where a fallback did.</summary>
    [JsonPropertyName("by")]
    public string? Vendor { get; init; }

    /// <summary>The model that was asked for, where a fallback answered.</summary>
    [JsonPropertyName("byModel")]
    public string? Model { get; init; }

    /// <summary>The vendor's fingerprint of what answered.</summary>
    [JsonPropertyName("fp")]
    public string? Fingerprint { get; init; }

    /// <summary>What the sanity checks found.</summary>
    [JsonPropertyName("verdicts")]
    public IReadOnlyList<Verdict>? Verdicts { get; init; }

    /// <summary>The functions that the model called.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<StoredCall>? ToolCalls { get; init; }

    /// <summary>True when the model called more functions than it was allowed.</summary>
    [JsonPropertyName("cutCalls")]
    public bool CutCalls { get; init; }

    /// <summary>What the model thought.</summary>
    [JsonPropertyName("thoughts")]
    public StoredText? Reasoning { get; init; }

    /// <summary>What the vendor wants back of its thoughts.</summary>
    [JsonPropertyName("thoughtsFrom")]
    public IReadOnlyList<StoredOrigin>? ReasoningOrigins { get; init; }

    /// <summary>
    /// What is to be said of the messages: an entry for each mark among the <see cref="Deltas"/>, then one for each message of
    /// what came whole. Null for one message of which the text says all.
    /// </summary>
    [JsonPropertyName("msgs")]
    public IReadOnlyList<StoredMessage>? Messages { get; init; }

    /// <summary>What attempts that were cut had already sent.</summary>
    [JsonPropertyName("abandoned")]
    public IReadOnlyList<AbandonedOutput>? Abandoned { get; init; }

    /// <summary>True when the output was given to the run, so that no model was called.</summary>
    [JsonPropertyName("given")]
    public bool IsGiven { get; init; }

    /// <summary>SHA-256 of the text, base 64; null in records of earlier builds, which have the text for ever.</summary>
    [JsonPropertyName("xh")]
    public string? TextHash { get; init; }

    /// <summary>Where the pieces of the output are sealed; null where they stand in the clear.</summary>
    [JsonPropertyName("units")]
    public OutputUnits? Units { get; init; }

    /// <summary>True when a piece of the output was destroyed.</summary>
    [JsonIgnore]
    public bool IsDestroyed { get; init; }

    /// <summary>The texts of the output.</summary>
    public IEnumerable<StoredText> Texts() =>
    [
        .. Text.Parts(),
        .. Refusal?.Parts() ?? [],
        .. Reasoning?.Parts() ?? [],
        .. (ToolCalls ?? []).SelectMany(static call => call.Texts()),
        .. StoredItem.TextsOf(null, null, ReasoningOrigins),
        .. StoredMessage.TextsOf(Messages),
        .. (Abandoned ?? []).SelectMany(static cut => cut.Texts()),
    ];

    internal ModelOutput Seal(UnitWriter writer, UnitCounter units)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(Text.Text), hash);
        return this with
        {
            TextHash = Convert.ToBase64String(hash),
            Units = OutputUnits.Seal(this, writer, units),
            Text = StoredText.Of(""),
            Refusal = null,
            Reasoning = null,
            ReasoningOrigins = null,
            ToolCalls = null,
            Deltas = null,
            Messages = null,
            Abandoned = null,
            Calls = Calls is null ? null : [.. Calls.Select(static call => call.WithoutContent())],
            Verdicts = Verdicts is null ? null : [.. Verdicts.Select(static verdict => verdict with { Detail = null })],
        };
    }

    internal ModelOutput Open(UnitReader reader, StepExchange? exchange)
    {
        var output = Units is null ? this : Units.Open(this, reader, exchange);
        return output with
        {
            Abandoned = exchange?.Abandoned,
            Calls = exchange?.Calls is not { } calls
                ? Calls
                : Calls?.Select((call, index) => call.With(calls[index].Message, calls[index].Response)).ToArray(),
            Verdicts = exchange?.Verdicts is not { } details
                ? Verdicts
                : Verdicts?.Select((verdict, index) => verdict with { Detail = details[index] }).ToArray(),
        };
    }
}
