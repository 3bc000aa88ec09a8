using System.Text.Json.Serialization;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>What is sealed under one key, and destroyed with it.</summary>
internal abstract class UnitContent
{
    /// <summary>Stores what is long in it apart.</summary>
    public virtual void StoreApart(UnitWriter writer)
    {
    }

    protected static void StoreApart(IEnumerable<StoredText> texts, UnitWriter writer)
    {
        foreach (var text in texts)
        {
            text.StoreApart(writer);
        }
    }
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

    public override void StoreApart(UnitWriter writer) => StoreApart(StoredItem.TextsOf(Parts, Arguments, Origins), writer);
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

    public override void StoreApart(UnitWriter writer)
    {
        Instructions?.StoreApart(writer);
        Options?.StoreApart(writer);
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

    [JsonPropertyName("notes")]
    public IReadOnlyList<NoteContent>? Notes { get; init; }

    public override void StoreApart(UnitWriter writer)
    {
        Text.StoreApart(writer);
        foreach (var note in Notes ?? [])
        {
            note.Annotations.StoreApart(writer);
        }
    }
}

/// <summary>Annotations of a piece of text, and the entry of the messages that they belong to.</summary>
internal sealed class NoteContent
{
    [JsonPropertyName("i")]
    public int Entry { get; init; }

    [JsonPropertyName("x")]
    public required StoredText Annotations { get; init; }
}

/// <summary>A piece of what a model thought; the first one has what vendors want back.</summary>
internal sealed class ThoughtsContent : UnitContent
{
    [JsonPropertyName("x")]
    public StoredText? Text { get; init; }

    [JsonPropertyName("from")]
    public IReadOnlyList<StoredOrigin>? Origins { get; init; }

    public override void StoreApart(UnitWriter writer)
    {
        Text?.StoreApart(writer);
        StoreApart(StoredItem.TextsOf(null, null, Origins), writer);
    }
}

/// <summary>A function call.</summary>
internal sealed class CallContent : UnitContent
{
    [JsonPropertyName("call")]
    public required StoredCall Call { get; init; }

    public override void StoreApart(UnitWriter writer) => StoreApart(Call.Texts(), writer);
}

/// <summary>What of a run's end contains several items or may quote them.</summary>
internal sealed class ExchangeContent : UnitContent
{
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("steps")]
    public IReadOnlyList<StepExchange>? Steps { get; init; }

    public override void StoreApart(UnitWriter writer)
    {
        foreach (var step in Steps ?? [])
        {
            StoreApart(StoredMessage.TextsOf(step.Messages), writer);
            foreach (var cut in step.Abandoned ?? [])
            {
                StoreApart(cut.Texts(), writer);
            }

            foreach (var call in step.Calls ?? [])
            {
                call.Response?.StoreApart(writer);
            }
        }
    }
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

    /// <summary>What is to be said of the messages, without the annotations that stand with their texts.</summary>
    [JsonPropertyName("msgs")]
    public IReadOnlyList<StoredMessage>? Messages { get; init; }

    [JsonPropertyName("abandoned")]
    public IReadOnlyList<AbandonedOutput>? Abandoned { get; init; }

    [JsonPropertyName("calls")]
    public IReadOnlyList<CallExchange>? Calls { get; init; }

    [JsonPropertyName("verdicts")]
    public IReadOnlyList<string?>? Verdicts { get; init; }

    [JsonIgnore]
    public bool IsEmpty => Error is null && Deltas is null && Messages is null && Abandoned is null && Calls is null && Verdicts is null;
}

/// <summary>The part of one call to a vendor.</summary>
internal sealed class CallExchange
{
    [JsonPropertyName("msg")]
    public string? Message { get; init; }

    [JsonPropertyName("rs")]
    public StoredBytes? Response { get; init; }
}
