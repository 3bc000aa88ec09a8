using System.Text.Json.Serialization;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Records;

/// <summary>One executed step: what went in (by hash), what came out, when, where and at what cost.</summary>
public sealed class StepBody
{
    /// <summary>The kind of step.</summary>
    [JsonPropertyName("stage")]
    public required Stage Stage { get; init; }

    /// <summary>How often the step was begun, from 1.</summary>
    [JsonPropertyName("n")]
    public int Attempt { get; init; } = 1;

    /// <summary>SHA-256 of the input, base 64.</summary>
    [JsonPropertyName("ih")]
    public required string InputHash { get; init; }

    /// <summary>When the step began, Unix milliseconds.</summary>
    [JsonPropertyName("at")]
    public required long StartedAt { get; init; }

    /// <summary>How long it took, microseconds.</summary>
    [JsonPropertyName("us")]
    public required long DurationMicroseconds { get; init; }

    /// <summary>The silo that executed it.</summary>
    [JsonPropertyName("silo")]
    public required string Silo { get; init; }

    /// <summary>The error, when the step failed.</summary>
    [JsonPropertyName("error")]
    public RunError? Error { get; init; }

    /// <summary>The output of <see cref="Stage.PromptAssembly"/>.</summary>
    [JsonPropertyName("prompt")]
    public PromptOutput? Prompt { get; init; }

    /// <summary>The output of <see cref="Stage.ModelExecution"/>.</summary>
    [JsonPropertyName("out")]
    public ModelOutput? Model { get; init; }

    /// <summary>The texts of the step.</summary>
    public IEnumerable<StoredText> Texts() => Model?.Texts() ?? [];
}

/// <summary>What prompt assembly decided. The history it took is told by its range, so a long conversation costs no more.</summary>
public sealed class PromptOutput
{
    /// <summary>The vendor of the chosen candidate.</summary>
    [JsonPropertyName("vendor")]
    public required string Vendor { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary>Where the first turn that was taken ended; 0 when none was.</summary>
    [JsonPropertyName("from")]
    public long FirstTurnPosition { get; init; }

    /// <summary>How many turns of history were taken.</summary>
    [JsonPropertyName("turns")]
    public int Turns { get; init; }

    /// <summary>How many messages the request has.</summary>
    [JsonPropertyName("messages")]
    public int Messages { get; init; }

    /// <summary>SHA-256 of the request in no vendor's words, base 64.</summary>
    [JsonPropertyName("hash")]
    public required string RequestHash { get; init; }
}

/// <summary>What came of a model call.</summary>
public sealed class ModelOutput
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

    /// <summary>The texts of the output.</summary>
    public IEnumerable<StoredText> Texts()
    {
        yield return Text;
        if (Refusal is not null)
        {
            yield return Refusal;
        }

        if (Reasoning is not null)
        {
            yield return Reasoning;
        }

        foreach (var call in ToolCalls ?? [])
        {
            yield return call.Arguments;
            if (call.Opaque is not null)
            {
                yield return call.Opaque;
            }
        }

        foreach (var origin in ReasoningOrigins ?? [])
        {
            if (origin.Opaque is not null)
            {
                yield return origin.Opaque;
            }
        }

        foreach (var notes in StoredMessage.TextsOf(Messages))
        {
            yield return notes;
        }

        foreach (var text in (Abandoned ?? []).SelectMany(static cut => cut.Texts()))
        {
            yield return text;
        }
    }
}

/// <summary>A function call inside a record.</summary>
public sealed class StoredCall
{
    /// <summary>The call's id.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The function's name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The arguments.</summary>
    [JsonPropertyName("x")]
    public required StoredText Arguments { get; init; }

    /// <summary>The signature that the vendor wants back.</summary>
    [JsonPropertyName("opaque")]
    public StoredText? Opaque { get; init; }

    /// <summary>The vendor that made the signature.</summary>
    [JsonPropertyName("v")]
    public string? Vendor { get; init; }
}

/// <summary>What an attempt had sent when it was cut.</summary>
public sealed class AbandonedOutput
{
    /// <summary>The attempt.</summary>
    [JsonPropertyName("attempt")]
    public required int Attempt { get; init; }

    /// <summary>Its text.</summary>
    [JsonPropertyName("x")]
    public required StoredText Text { get; init; }

    /// <summary>Its refusal.</summary>
    [JsonPropertyName("no")]
    public StoredText? Refusal { get; init; }

    /// <summary>Its thoughts.</summary>
    [JsonPropertyName("thoughts")]
    public StoredText? Reasoning { get; init; }

    /// <summary>Its function calls.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<StoredCall>? ToolCalls { get; init; }

    /// <summary>How its stream was cut into deltas.</summary>
    [JsonPropertyName("chunks")]
    public string? Deltas { get; init; }

    /// <summary>What the marks among the deltas say.</summary>
    [JsonPropertyName("msgs")]
    public IReadOnlyList<StoredMessage>? Messages { get; init; }

    /// <summary>The texts of the attempt.</summary>
    public IEnumerable<StoredText> Texts()
    {
        yield return Text;
        if (Refusal is not null)
        {
            yield return Refusal;
        }

        if (Reasoning is not null)
        {
            yield return Reasoning;
        }

        foreach (var call in ToolCalls ?? [])
        {
            yield return call.Arguments;
        }

        foreach (var notes in StoredMessage.TextsOf(Messages))
        {
            yield return notes;
        }
    }
}
