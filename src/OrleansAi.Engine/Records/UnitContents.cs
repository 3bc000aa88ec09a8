using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Serialization;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>
/// What is sealed under one key, and destroyed with it. Its stored form is JSON; what nearly every turn has is stored as bare
/// bytes behind a byte that JSON does not begin with, because writing JSON takes as long as sealing it (November 2026).
/// </summary>
internal abstract class UnitContent
{
    /// <summary>The first byte of the bare form.</summary>
    public const byte Bare = 1;

    /// <summary>The first byte of the bare form with what was considered for a model call.</summary>
    public const byte BareContext = 2;

    /// <summary>The bare form, or null where there is more to say than fits into it.</summary>
    public virtual byte[]? ToBare() => null;

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

    protected static byte[] BareText(string text)
    {
        var bytes = new byte[1 + Encoding.UTF8.GetByteCount(text)];
        bytes[0] = Bare;
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(1));
        return bytes;
    }

    protected static StoredText BareText(ReadOnlySpan<byte> bytes) => StoredText.Of(Encoding.UTF8.GetString(bytes[1..]));
}

/// <summary>How the bare form of a content is read.</summary>
internal interface IUnitContent<TSelf>
    where TSelf : IUnitContent<TSelf>
{
    /// <summary>Reads the bare form.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    static virtual TSelf FromBare(ReadOnlySpan<byte> bytes) =>
        throw new InvalidDataException($"{typeof(TSelf).Name} begins with {bytes[0]}, which no build has written.");
}

/// <summary>An item that was given: all but its id, kind and role.</summary>
internal sealed class ItemContent : UnitContent, IUnitContent<ItemContent>
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

    // One text of a user.
    public override byte[]? ToBare() => this is { CallId: null, Name: null, Arguments: null, Phase: null, Origins: null }
        && Parts is [{ Kind: ContentPartKind.InputText, Form: default(MediaForm), Detail: null, FileName: null, FileId: null, Annotations: null, Text.Inline: { } text }]
            ? BareText(text)
            : null;

    public static ItemContent FromBare(ReadOnlySpan<byte> bytes) => new() { Parts = [new StoredPart { Text = BareText(bytes) }] };
}

/// <summary>What is asked of a run besides its items.</summary>
internal sealed class FrameContent : UnitContent, IUnitContent<FrameContent>
{
    [JsonPropertyName("instr")]
    public StoredText? Instructions { get; init; }

    [JsonPropertyName("opt")]
    public StoredText? Options { get; init; }

    [JsonPropertyName("sampling")]
    public Sampling? Sampling { get; init; }

    [JsonPropertyName("meta")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [JsonPropertyName("given")]
    public IReadOnlyList<GivenOutput>? Given { get; init; }

    [JsonPropertyName("outputs")]
    public IReadOnlyList<StoredToolAnswer>? ToolOutputs { get; init; }

    [JsonPropertyName("query")]
    public StoredText? Query { get; init; }

    [JsonPropertyName("passages")]
    public IReadOnlyList<PassageContent>? Passages { get; init; }

    [JsonIgnore]
    public bool IsEmpty => Instructions is null && Options is null && Sampling is null && Metadata is null && Given is null && ToolOutputs is null
        && Query is null;

    public override void StoreApart(UnitWriter writer)
    {
        Instructions?.StoreApart(writer);
        Options?.StoreApart(writer);
        StoreApart((Given ?? []).SelectMany(static given => given.Texts()), writer);
        StoreApart((ToolOutputs ?? []).SelectMany(static output => output.Texts()), writer);
        Query?.StoreApart(writer);
        StoreApart((Passages ?? []).SelectMany(static passage => (StoredText[])[passage.Name, passage.Text]), writer);
    }
}

/// <summary>A conversation's metadata.</summary>
internal sealed class MetadataContent : UnitContent, IUnitContent<MetadataContent>
{
    [JsonPropertyName("meta")]
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
}

/// <summary>A piece of an answer's text or refusal.</summary>
internal sealed class TextContent : UnitContent, IUnitContent<TextContent>
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

    public override byte[]? ToBare() => Notes is null && Text.Inline is { } text ? BareText(text) : null;

    public static TextContent FromBare(ReadOnlySpan<byte> bytes) => new() { Text = BareText(bytes) };
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
internal sealed class ThoughtsContent : UnitContent, IUnitContent<ThoughtsContent>
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
internal sealed class CallContent : UnitContent, IUnitContent<CallContent>
{
    [JsonPropertyName("call")]
    public required StoredCall Call { get; init; }

    public override void StoreApart(UnitWriter writer) => StoreApart(Call.Texts(), writer);
}

/// <summary>What of a run's end contains several items or may quote them.</summary>
internal sealed class ExchangeContent : UnitContent, IUnitContent<ExchangeContent>
{
    private const int BareHead = 4;

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("steps")]
    public IReadOnlyList<StepExchange>? Steps { get; init; }

    public override void StoreApart(UnitWriter writer)
    {
        foreach (var step in Steps ?? [])
        {
            StoreApart(StoredMessage.TextsOf(step.Messages), writer);
            StoreApart(step.Vectors ?? [], writer);
            StoreApart((step.Passages ?? []).SelectMany(static passage => (StoredText[])[passage.Name, passage.Text]), writer);
            step.Query?.StoreApart(writer);
            foreach (var cut in step.Abandoned ?? [])
            {
                StoreApart(cut.Texts(), writer);
            }

            foreach (var call in step.Calls ?? [])
            {
                call.Response?.StoreApart(writer);
            }

            StoreApart((step.Tools ?? []).SelectMany(static answer => answer.Texts()), writer);
        }
    }

    // The one answer of the one step that has one, with the deltas of its stream before it. In front of it, or alone, what was
    // considered for the model call, which nearly every turn has.
    public override byte[]? ToBare()
    {
        if (Error is not null || Steps is not { Count: 1 or 2 })
        {
            return null;
        }

        var context = Steps[0] is { IsContextAlone: true, Index: <= byte.MaxValue, Context.Length: <= ushort.MaxValue } ? Steps[0] : null;
        var answer = context is null || Steps.Count == 2 ? ToBare(Steps[^1]) : [];
        if (answer is null || context is null)
        {
            return Steps.Count == 1 ? answer : null;
        }

        var packed = context.Context!;
        var bytes = new byte[BareHead + packed.Length + answer.Length];
        bytes[0] = BareContext;
        bytes[1] = (byte)context.Index;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)packed.Length);
        packed.CopyTo(bytes, BareHead);
        answer.CopyTo(bytes, BareHead + packed.Length);
        return bytes;
    }

    public static ExchangeContent FromBare(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] == Bare)
        {
            return new ExchangeContent { Steps = [AnswerFromBare(bytes)] };
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var context = new StepExchange { Index = bytes[1], Context = bytes.Slice(BareHead, length).ToArray() };
        var rest = bytes[(BareHead + length)..];
        return new ExchangeContent { Steps = rest.IsEmpty ? [context] : [context, AnswerFromBare(rest)] };
    }

    private static byte[]? ToBare(StepExchange step)
    {
        if (step is not { Index: <= byte.MaxValue, Calls: [{ Message: null, Response.Inline: { } answer }], Deltas: var deltas }
            || step is not { Error: null, Messages: null, Abandoned: null, Verdicts: null, Tools: null, Context: null, Vectors: null, Query: null, Passages: null }
            || deltas?.Length > ushort.MaxValue)
        {
            return null;
        }

        var length = deltas?.Length ?? 0;
        var bytes = new byte[BareHead + length + answer.Length];
        bytes[0] = Bare;
        bytes[1] = (byte)step.Index;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)length);
        Encoding.ASCII.GetBytes(deltas ?? "", bytes.AsSpan(BareHead));
        answer.CopyTo(bytes.AsSpan(BareHead + length));
        return bytes;
    }

    private static StepExchange AnswerFromBare(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return new StepExchange
        {
            Index = bytes[1],
            Deltas = length == 0 ? null : Encoding.ASCII.GetString(bytes.Slice(BareHead, length)),
            Calls = [new CallExchange { Response = new StoredBytes { Inline = bytes[(BareHead + length)..].ToArray() } }],
        };
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

    [JsonPropertyName("tools")]
    public IReadOnlyList<StoredToolAnswer>? Tools { get; init; }

    /// <summary>What was considered for a model call.</summary>
    [JsonPropertyName("ctx")]
    public byte[]? Context { get; init; }

    /// <summary>A question's vectors.</summary>
    [JsonPropertyName("vecs")]
    public IReadOnlyList<StoredText>? Vectors { get; init; }

    /// <summary>A question.</summary>
    [JsonPropertyName("q")]
    public StoredText? Query { get; init; }

    /// <summary>What passages say.</summary>
    [JsonPropertyName("hits")]
    public IReadOnlyList<PassageContent>? Passages { get; init; }

    /// <summary>True when there is nothing but what was considered for the model call.</summary>
    [JsonIgnore]
    public bool IsContextAlone => Context is not null && IsEmptyButContext;

    [JsonIgnore]
    public bool IsEmpty => Context is null && IsEmptyButContext;

    private bool IsEmptyButContext => Error is null && Deltas is null && Messages is null && Abandoned is null && Calls is null
        && Verdicts is null && Tools is null && Vectors is null && Query is null && Passages is null;
}

/// <summary>The part of one call to a vendor.</summary>
internal sealed class CallExchange
{
    [JsonPropertyName("msg")]
    public string? Message { get; init; }

    [JsonPropertyName("rs")]
    public StoredBytes? Response { get; init; }
}
