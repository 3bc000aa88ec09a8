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

    internal static OutputUnits Seal(ModelOutput output, UnitWriter writer, UnitCounter counter)
    {
        var pieces = output.Deltas is null ? null : OutputDrafts.PiecesOf(output, output.Deltas);
        var layout = pieces is null || pieces.SequenceEqual(OutputDrafts.PiecesOf(output, null)) ? null : pieces;
        return new OutputUnits
        {
            Text = SealTexts(output.Text, Chunks.Text),
            Refusal = SealTexts(output.Refusal, Chunks.Refusal),
            Reasoning = SealThoughts(),
            IsBare = output is { Reasoning: null, ReasoningOrigins: not null },
            Calls = output.ToolCalls is not { Count: > 0 } calls ? null : [.. calls.Select(SealCall)],
            Layout = layout is null ? null : Chunks.Pack(layout),
        };

        int[]? SealTexts(StoredText? text, int slot) => text is null || text.Text.Length == 0 ? null :
        [
            .. Cut(text, slot).Select(piece =>
            {
                var unit = counter.Take();
                writer.Write(unit, new TextContent { Text = piece }, RecordSerializer.TypeOf<TextContent>());
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
            int[] lengths = [.. (layout ?? []).Where(piece => piece.Slot == slot).Select(static piece => piece.Length)];
            if (lengths.Length < 2)
            {
                return [text];
            }

            var cut = new StoredText[lengths.Length];
            for (var (i, start) = (0, 0); i < cut.Length; start += lengths[i], i++)
            {
                cut[i] = StoredText.Of(text.Text.Substring(start, lengths[i]));
            }

            return cut;
        }
    }

    internal ModelOutput Open(ModelOutput output, UnitReader reader)
    {
        var pieces = Chunks.Unpack(Layout);
        var isDestroyed = false;
        var thoughts = (Reasoning ?? []).Select(unit => reader.Read(unit, RecordSerializer.TypeOf<ThoughtsContent>())).ToArray();
        isDestroyed |= Array.IndexOf(thoughts, null) >= 0;
        var calls = (Calls ?? []).Select(unit => reader.Read(unit, RecordSerializer.TypeOf<CallContent>())?.Call).ToArray();
        isDestroyed |= Array.IndexOf(calls, null) >= 0;
        return output with
        {
            Text = Texts(Text, Chunks.Text) ?? output.Text,
            Refusal = Texts(Refusal, Chunks.Refusal),
            Reasoning = IsBare || thoughts.Length == 0
                ? null
                : StoredText.Join([.. thoughts.Select((thought, i) => thought is null ? Missing(Chunks.Reasoning, i) : thought.Text!)]),
            ReasoningOrigins = thoughts switch
            {
                [null, ..] => [new StoredOrigin { Vendor = "", IsDestroyed = true }],
                [{ } first, ..] => first.Origins,
                _ => null,
            },
            ToolCalls = calls.Length == 0 ? null : [.. calls.Select(static call => call ?? Gone())],
            IsDestroyed = isDestroyed,
        };

        StoredText? Texts(IReadOnlyList<int>? units, int slot) => units is null ? null : StoredText.Join(
        [
            .. units.Select((unit, i) =>
                reader.Read(unit, RecordSerializer.TypeOf<TextContent>())?.Text ?? Missing(slot, i)),
        ]);

        StoredText Missing(int slot, int index)
        {
            isDestroyed = true;
            var piece = pieces.Where(piece => piece.Slot == slot).Skip(index).FirstOrDefault();
            return StoredText.Destroyed(Math.Max(1, piece.Length));
        }
    }

    private static StoredCall Gone() => new() { Id = "", Name = "", Arguments = StoredText.Destroyed(0), IsDestroyed = true };
}
