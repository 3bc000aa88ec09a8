using System.Text.Json.Serialization;
using OrleansAi.Engine.Runs;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>
/// Where the pieces of an answer are sealed: by the numbers of their units. Each item of the answer has units of its own, so that
/// one can be destroyed alone; a text that several items share is cut where they begin.
/// </summary>
public sealed class OutputUnits
{
    /// <summary>Of the text.</summary>
    [JsonPropertyName("x")]
    public IReadOnlyList<int>? Text { get; init; }

    /// <summary>Of the refusal.</summary>
    [JsonPropertyName("no")]
    public IReadOnlyList<int>? Refusal { get; init; }

    /// <summary>Of the thoughts; the first one has what vendors want back of them.</summary>
    [JsonPropertyName("thoughts")]
    public IReadOnlyList<int>? Reasoning { get; init; }

    /// <summary>True when the thoughts have no text.</summary>
    [JsonPropertyName("bare")]
    public bool IsBare { get; init; }

    /// <summary>Of the function calls.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<int>? Calls { get; init; }

    /// <summary>
    /// The pieces in the order of their items, packed like deltas; null for the order that an answer has which came whole. Ids of
    /// items hang on it, so it is there when the deltas are destroyed.
    /// </summary>
    [JsonPropertyName("layout")]
    public string? Layout { get; init; }

    /// <summary>The phases of the messages that a mark of the layout begins.</summary>
    [JsonPropertyName("phases")]
    public IReadOnlyList<string?>? Phases { get; init; }

    /// <summary>The unit in which a place of a text stands.</summary>
    internal int? UnitAt(ModelOutput output, int slot, int offset)
    {
        var (text, units) = slot switch
        {
            Chunks.Text => (output.Text, Text),
            Chunks.Refusal => (output.Refusal, Refusal),
            _ => (output.Reasoning, Reasoning),
        };
        return text?.PartAt(offset) is { } part ? units?[part] : null;
    }

    /// <summary>What is to be said of an answer's messages, without the annotations that are sealed with their texts.</summary>
    internal static IReadOnlyList<StoredMessage>? WithoutNotes(ModelOutput output)
    {
        if (output.Messages is not { } messages)
        {
            return null;
        }

        var noted = OutputLayout.Of(output).Notes.SelectMany(static notes => notes).ToHashSet();
        return [.. messages.Select((message, entry) => noted.Contains(entry) ? message with { Annotations = null } : message)];
    }

    internal static OutputUnits Seal(ModelOutput output, UnitWriter writer, UnitCounter counter)
    {
        var layout = OutputLayout.Of(output);
        return new OutputUnits
        {
            Text = SealTexts(output.Text, Chunks.Text),
            Refusal = SealTexts(output.Refusal, Chunks.Refusal),
            Reasoning = SealThoughts(),
            IsBare = output is { Reasoning: null, ReasoningOrigins: not null },
            Calls = output.ToolCalls is not { Count: > 0 } calls ? null : [.. calls.Select(SealCall)],
            Layout = layout.IsPlain ? null : Chunks.Pack(layout.Pieces),
            Phases = layout.Phases.Count > 0 ? layout.Phases : null,
        };

        int[]? SealTexts(StoredText? text, int slot) => text is null || text.Text.Length == 0 ? null :
        [
            .. Cut(text, slot).Select((piece, i) =>
            {
                var unit = counter.Take();
                IReadOnlyList<int> notes = slot == Chunks.Text ? layout.Notes[i] : [];
                var content = new TextContent
                {
                    Text = piece,
                    Notes = notes.Count == 0
                        ? null
                        : [.. notes.Select(entry => new NoteContent { Entry = entry, Annotations = output.Messages![entry].Annotations! })],
                };
                writer.Write(unit, content, RecordSerializer.TypeOf<TextContent>());
                return unit;
            }),
        ];

        int[]? SealThoughts()
        {
            if (output.Reasoning is null && output.ReasoningOrigins is null)
            {
                return null;
            }

            var thoughts = output.Reasoning is null ? [] : Cut(output.Reasoning, Chunks.Reasoning);
            var units = new int[Math.Max(1, thoughts.Count)];
            for (var i = 0; i < units.Length; i++)
            {
                units[i] = counter.Take();
                var content = new ThoughtsContent
                {
                    Text = i < thoughts.Count ? thoughts[i] : null,
                    Origins = i == 0 ? output.ReasoningOrigins : null,
                };
                writer.Write(units[i], content, RecordSerializer.TypeOf<ThoughtsContent>());
            }

            return units;
        }

        int SealCall(StoredCall call)
        {
            var unit = counter.Take();
            writer.Write(unit, new CallContent { Call = call }, RecordSerializer.TypeOf<CallContent>());
            return unit;
        }

        IReadOnlyList<StoredText> Cut(StoredText text, int slot)
        {
            var lengths = layout.IsPlain ? [] : layout.Stretches(slot);
            if (lengths.Count < 2)
            {
                return [text];
            }

            var cut = new StoredText[lengths.Count];
            for (var (i, start) = (0, 0); i < cut.Length; start += lengths[i], i++)
            {
                cut[i] = StoredText.Of(text.Text.Substring(start, lengths[i]));
            }

            return cut;
        }
    }

    internal ModelOutput Open(ModelOutput output, UnitReader reader, StepExchange? exchange)
    {
        var pieces = Chunks.Unpack(Layout);
        var texts = Read<TextContent>(Text);
        var refusals = Read<TextContent>(Refusal);
        var thoughts = Read<ThoughtsContent>(Reasoning);
        var calls = Read<CallContent>(Calls);
        return output with
        {
            Text = texts.Length == 0 ? output.Text : Join(texts, Chunks.Text, static content => content.Text),
            Refusal = refusals.Length == 0 ? null : Join(refusals, Chunks.Refusal, static content => content.Text),
            Reasoning = IsBare || thoughts.Length == 0 ? null : Join(thoughts, Chunks.Reasoning, static content => content.Text!),
            ReasoningOrigins = thoughts switch
            {
                [null, ..] => [new StoredOrigin { Vendor = "", IsDestroyed = true }],
                [{ } first, ..] => first.Origins,
                _ => null,
            },
            ToolCalls = calls.Length == 0 ? null : [.. calls.Select(static content => content?.Call ?? Gone())],
            Deltas = exchange is null ? Layout : exchange.Deltas,
            Messages = exchange is null ? LaidOut(pieces, texts) : Annotated(exchange.Messages, texts),
            IsDestroyed = texts.Contains(null) || refusals.Contains(null) || thoughts.Contains(null) || calls.Contains(null),
        };

        T?[] Read<T>(IReadOnlyList<int>? units)
            where T : UnitContent, IUnitContent<T> =>
            units is null ? [] : [.. units.Select(unit => reader.Read(unit, RecordSerializer.TypeOf<T>()))];

        StoredText Join<T>(T?[] contents, int slot, Func<T, StoredText> text)
            where T : UnitContent
        {
            var lengths = OutputLayout.Stretches(pieces, slot);
            return StoredText.Join(
            [
                .. contents.Select((content, i) =>
                    content is null ? StoredText.Destroyed(i < lengths.Count ? lengths[i] : 1) : text(content)),
            ]);
        }
    }

    // With their annotations in their places again.
    private static IReadOnlyList<StoredMessage>? Annotated(IReadOnlyList<StoredMessage>? messages, TextContent?[] texts)
    {
        var notes = texts.SelectMany(static text => text?.Notes ?? []).ToArray();
        if (messages is null || notes.Length == 0)
        {
            return messages;
        }

        StoredMessage[] annotated = [.. messages];
        foreach (var note in notes)
        {
            annotated[note.Entry] = annotated[note.Entry] with { Annotations = note.Annotations };
        }

        return annotated;
    }

    // The entries for the marks of the layout.
    private IReadOnlyList<StoredMessage>? LaidOut(IReadOnlyList<StreamPiece> pieces, TextContent?[] texts)
    {
        var messages = new List<StoredMessage>();
        var (phase, stretch, note) = (0, -1, 0);
        foreach (var piece in pieces)
        {
            if (piece is { Slot: Chunks.Text, Length: > 0 })
            {
                (stretch, note) = (stretch + 1, 0);
            }
            else if (piece.IsMark)
            {
                messages.Add(piece.Slot == Chunks.Text
                    ? new StoredMessage { Phase = Phases![phase++] }
                    : new StoredMessage { Annotations = texts[stretch]?.Notes?[note++].Annotations ?? StoredText.Destroyed(0) });
            }
        }

        return messages.Count > 0 ? messages : null;
    }

    private static StoredCall Gone() => new() { Id = "", Name = "", Arguments = StoredText.Destroyed(0), IsDestroyed = true };
}
