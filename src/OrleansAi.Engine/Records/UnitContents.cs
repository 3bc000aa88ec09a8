using System.Text.Json.Serialization;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Records;

/// <summary>What is sealed under one key, and destroyed with it.</summary>
internal abstract class UnitContent
{
    /// <summary>The texts in it, of which long ones stand apart.</summary>
    public virtual IEnumerable<StoredText> Texts() => [];

    /// <summary>The bytes in it, of which many stand apart.</summary>
    public virtual IEnumerable<StoredBytes> Bytes() => [];
}

/// <summary>An item that was given: all but its id, kind and role.</summary>
internal sealed class ItemContent : UnitContent
{
    [JsonPropertyName("parts")]
    public IReadOnlyList<StoredPart>? Parts { get; init; }

    [JsonPropertyName("call")]
    public string? CallId { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("args")]
    public StoredText? Arguments { get; init; }

    [JsonPropertyName("phase")]
    public string? Phase { get; init; }

    [JsonPropertyName("from")]
    public IReadOnlyList<StoredOrigin>? Origins { get; init; }

    public override IEnumerable<StoredText> Texts() => StoredItem.TextsOf(Parts, Arguments, Origins);
}

/// <summary>What is asked of a run besides its items.</summary>
internal sealed class FrameContent : UnitContent
{
    [JsonPropertyName("instr")]
    public StoredText? Instructions { get; init; }

    [JsonPropertyName("opt")]
    public StoredText? Options { get; init; }

    [JsonPropertyName("sampling")]
    public Sampling? Sampling { get; init; }

    [JsonPropertyName("meta")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public override IEnumerable<StoredText> Texts()
    {
        if (Instructions is not null)
        {
            yield return Instructions;
        }

        if (Options is not null)
        {
            yield return Options;
        }
    }
}

/// <summary>A conversation's metadata.</summary>
internal sealed class MetadataContent : UnitContent
{
    [JsonPropertyName("meta")]
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
}

/// <summary>A piece of an answer's text or refusal.</summary>
internal sealed class TextContent : UnitContent
{
    [JsonPropertyName("x")]
    public required StoredText Text { get; init; }

    public override IEnumerable<StoredText> Texts() => [Text];
}

/// <summary>A piece of what a model thought; the first one has what vendors want back.</summary>
internal sealed class ThoughtsContent : UnitContent
{
    [JsonPropertyName("x")]
    public StoredText? Text { get; init; }

    [JsonPropertyName("from")]
    public IReadOnlyList<StoredOrigin>? Origins { get; init; }

    public override IEnumerable<StoredText> Texts() =>
        [.. (StoredText[])(Text is null ? [] : [Text]), .. StoredItem.TextsOf(null, null, Origins)];
}

/// <summary>A function call.</summary>
internal sealed class CallContent : UnitContent
{
    [JsonPropertyName("call")]
    public required StoredCall Call { get; init; }

    public override IEnumerable<StoredText> Texts() => Call.Texts();
}

/// <summary>What of a run's end contains several items or may quote them.</summary>
internal sealed class ExchangeContent : UnitContent
{
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("steps")]
    public IReadOnlyList<StepExchange>? Steps { get; init; }

    public override IEnumerable<StoredText> Texts() =>
        (Steps ?? []).SelectMany(static step => step.Abandoned ?? []).SelectMany(static cut => cut.Texts());

    public override IEnumerable<StoredBytes> Bytes() =>
        (Steps ?? []).SelectMany(static step => step.Calls ?? []).Select(static call => call.Response).OfType<StoredBytes>();
}

/// <summary>The part of one step.</summary>
internal sealed class StepExchange
{
    [JsonPropertyName("i")]
    public int Index { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("chunks")]
    public string? Deltas { get; init; }

    [JsonPropertyName("abandoned")]
    public IReadOnlyList<AbandonedOutput>? Abandoned { get; init; }

    [JsonPropertyName("calls")]
    public IReadOnlyList<CallExchange>? Calls { get; init; }

    [JsonPropertyName("verdicts")]
    public IReadOnlyList<string?>? Verdicts { get; init; }

    [JsonIgnore]
    public bool IsEmpty => Error is null && Deltas is null && Abandoned is null && Calls is null && Verdicts is null;
}

/// <summary>The part of one call to a vendor.</summary>
internal sealed class CallExchange
{
    [JsonPropertyName("msg")]
    public string? Message { get; init; }

    [JsonPropertyName("rs")]
    public StoredBytes? Response { get; init; }
}
