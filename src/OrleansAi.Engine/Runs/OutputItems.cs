using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// What a model wrote, as items. What was streamed stands in the order in which it began; what came whole follows in the
/// order thoughts, message, function calls.
/// </summary>
internal static class OutputItems
{
    /// <summary>The items of a run that has ended; none when it failed before anything came.</summary>
    /// <param name="ended">The run's end.</param>
    /// <param name="isStream">True when the vendor was asked for a stream.</param>
    public static IReadOnlyList<Item> Of(RunEndedBody ended, bool isStream)
    {
        if (ended.ModelOutput is not { } output)
        {
            return [];
        }

        return IsOneText(output) ? OneText(ended, output.Text.Text) : Build(ended, output, isStream);
    }

    /// <summary>An item that a model writes.</summary>
    public static Item New(ItemKind kind, string id, ItemStatus status, IReadOnlyList<ContentPart> parts, string? phase = null) => new()
    {
        Id = id,
        Kind = kind,
        Role = Role.Assistant,
        Status = status,
        Parts = parts,
        Phase = phase,
    };

    /// <summary>Two JSON arrays of annotations as one.</summary>
    public static string Join(string? first, string second) => first is null ? second : $"{first[..^1]},{second[1..]}";

    // What nearly every answer is, however its stream was cut.
    private static bool IsOneText(ModelOutput output) => output is
    {
        Refusal: null, Reasoning: null, ReasoningOrigins: null, ToolCalls: null, Messages: null,
    };

    private static Item[] OneText(RunEndedBody ended, string text)
    {
        var isCompleted = ended.Status == RunStatus.Completed;
        return text.Length == 0 && !isCompleted ? [] :
        [
            New(
                ItemKind.Message,
                ItemIds.Output(ItemKind.Message, ended.RunId, ended.Attempt, 0),
                isCompleted ? ItemStatus.Completed : ItemStatus.Incomplete,
                [new ContentPart { Kind = ContentPartKind.OutputText, Text = text }]),
        ];
    }

    private static IReadOnlyList<Item> Build(RunEndedBody ended, ModelOutput output, bool isStream)
    {
        var builder = new Builder(ended, output);
        foreach (var piece in Chunks.Unpack(output.Deltas))
        {
            builder.Take(piece);
        }

        return builder.Finish(isStream);
    }

    /// <summary>What a part of a slot is.</summary>
    public static ContentPartKind PartOf(int slot) => slot switch
    {
        Chunks.Refusal => ContentPartKind.Refusal,
        Chunks.Reasoning => ContentPartKind.SummaryText,
        _ => ContentPartKind.OutputText,
    };

    /// <summary>What an item of a slot is.</summary>
    public static ItemKind KindOf(int slot) => slot switch
    {
        Chunks.Text or Chunks.Refusal => ItemKind.Message,
        Chunks.Reasoning => ItemKind.Reasoning,
        _ => ItemKind.FunctionCall,
    };

    // An item in the making. Of a function call only the place is known: its arguments are taken whole.
    private sealed record Draft(ItemKind Kind, int Call)
    {
        public List<(int Slot, int Start, int Length, string? Annotations)> Parts { get; } = [];

        public string? Phase { get; init; }
    }

    private sealed class Builder(RunEndedBody ended, ModelOutput output)
    {
        private readonly List<Draft> _drafts = [];
        private readonly string[] _texts = [output.Text.Text, output.Refusal?.Text ?? "", output.Reasoning?.Text ?? ""];
        private readonly int[] _taken = new int[3];
        private readonly HashSet<int> _calls = [];
        private Draft? _current;
        private int _marks;
        private string? _nextPhase;
        private bool _beginsMessage;

        public void Take(StreamPiece piece)
        {
            if (piece.IsMark)
            {
                TakeMark(piece.Slot, output.Messages![_marks++]);
                return;
            }

            if (piece.Slot >= Chunks.FirstCall)
            {
                TakeCall(piece.Slot - Chunks.FirstCall);
                return;
            }

            var kind = KindOf(piece.Slot);
            if (_current?.Kind != kind || (kind == ItemKind.Message && _beginsMessage))
            {
                Begin(kind);
            }

            var start = _taken[piece.Slot];
            _taken[piece.Slot] += piece.Length;
            if (_current!.Parts is [.., var (slot, begin, length, annotations)] && slot == piece.Slot)
            {
                _current.Parts[^1] = (slot, begin, length + piece.Length, annotations);
            }
            else
            {
                _current.Parts.Add((piece.Slot, start, piece.Length, null));
            }
        }

        public IReadOnlyList<Item> Finish(bool isStream)
        {
            var hasBareThoughts = _texts[Chunks.Reasoning].Length == 0 && output.ReasoningOrigins is { Count: > 0 };
            if (hasBareThoughts && !isStream)
            {
                _drafts.Add(new Draft(ItemKind.Reasoning, -1));
            }

            foreach (var slot in (ReadOnlySpan<int>)[Chunks.Reasoning, Chunks.Text, Chunks.Refusal])
            {
                if (slot == Chunks.Text && output.Messages?.Count > _marks)
                {
                    TakeMessages(output.Messages);
                }
                else if (_texts[slot].Length - _taken[slot] is > 0 and var rest)
                {
                    Take(new StreamPiece(slot, rest));
                }
            }

            var calls = output.ToolCalls?.Count ?? 0;
            for (var call = 0; call < calls; call++)
            {
                TakeCall(call);
            }

            var isCompleted = ended.Status == RunStatus.Completed;
            if (isCompleted && !_drafts.Exists(static draft => draft.Kind != ItemKind.Reasoning))
            {
                // A model that is done and said nothing said an empty text.
                _drafts.Add(new Draft(ItemKind.Message, -1) { Parts = { (Chunks.Text, 0, 0, null) } });
            }

            var last = _drafts.Count - 1;
            if (hasBareThoughts && isStream)
            {
                _drafts.Add(new Draft(ItemKind.Reasoning, -1));
            }

            var isFirstThought = true;
            var items = new Item[_drafts.Count];
            for (var i = 0; i < items.Length; i++)
            {
                var status = isCompleted || i != last ? ItemStatus.Completed : ItemStatus.Incomplete;
                items[i] = Make(_drafts[i], ItemIds.Output(_drafts[i].Kind, ended.RunId, ended.Attempt, i), status);
                if (_drafts[i].Kind == ItemKind.Reasoning && isFirstThought)
                {
                    isFirstThought = false;
                    items[i] = items[i] with { Origins = [.. (output.ReasoningOrigins ?? []).Select(static origin => origin.ToOrigin())] };
                }
            }

            return items;
        }

        private void Begin(ItemKind kind)
        {
            var isMessage = kind == ItemKind.Message;
            _drafts.Add(_current = new Draft(kind, -1) { Phase = isMessage && _beginsMessage ? _nextPhase : null });
            _beginsMessage &= !isMessage;
        }

        private void TakeMark(int slot, StoredMessage message)
        {
            if (slot == Chunks.Text)
            {
                (_beginsMessage, _nextPhase) = (true, message.Phase);
            }
            else if (message.Annotations is { } annotations)
            {
                Annotate(annotations.Text);
            }
        }

        private void Annotate(string annotations)
        {
            if (_current is { Kind: ItemKind.Message, Parts: [.., { Slot: Chunks.Text } last] })
            {
                _current.Parts[^1] = last with { Annotations = Join(last.Annotations, annotations) };
            }
        }

        // What came whole, with the calls among the messages in their places.
        private void TakeMessages(IReadOnlyList<StoredMessage> messages)
        {
            var calls = output.ToolCalls?.Count ?? 0;
            var call = 0;
            for (; _marks < messages.Count; _marks++)
            {
                var message = messages[_marks];
                for (; call < Math.Min(message.CallsBefore, calls); call++)
                {
                    TakeCall(call);
                }

                TakeMark(Chunks.Text, message);
                if (message.Length > 0)
                {
                    Take(new StreamPiece(Chunks.Text, message.Length));
                }

                if (message is { Length: > 0, Annotations: { } annotations })
                {
                    Annotate(annotations.Text);
                }
            }
        }

        private void TakeCall(int call)
        {
            if (_calls.Add(call))
            {
                _drafts.Add(new Draft(ItemKind.FunctionCall, call));
                _current = null;
            }
        }

        private Item Make(Draft draft, string id, ItemStatus status)
        {
            if (draft.Kind == ItemKind.FunctionCall)
            {
                var call = output.ToolCalls![draft.Call];
                return New(draft.Kind, id, status, []) with
                {
                    CallId = call.Id,
                    Name = call.Name,
                    Arguments = call.Arguments.Text,
                    Origins = call.Opaque is { } opaque && call.Vendor is { } vendor
                        ? [new ItemOrigin { Vendor = vendor, Opaque = opaque.Text }]
                        : [],
                };
            }

            return New(draft.Kind, id, status,
            [
                .. draft.Parts.Select(part => new ContentPart
                {
                    Kind = PartOf(part.Slot),
                    Text = part.Start == 0 && part.Length == _texts[part.Slot].Length
                        ? _texts[part.Slot]
                        : _texts[part.Slot].Substring(part.Start, part.Length),
                    Annotations = part.Annotations,
                }),
            ], draft.Phase);
        }
    }
}
