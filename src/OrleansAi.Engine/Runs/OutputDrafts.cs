using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>A stretch of a text in an item, and which entries of <see cref="ModelOutput.Messages"/> have annotations of it.</summary>
internal sealed record OutputPart(int Slot, int Start, int Length)
{
    /// <summary>The entries with annotations.</summary>
    public List<int> Notes { get; } = [];
}

/// <summary>An item in the making. Of a function call only the place is known: its arguments are taken whole.</summary>
internal sealed record OutputDraft(ItemKind Kind, int Call)
{
    /// <summary>Which parts of which texts it has.</summary>
    public List<OutputPart> Parts { get; } = [];

    /// <summary>True for a message that was said to begin, and not only by its text.</summary>
    public bool IsMarked { get; init; }

    /// <summary>The message's phase.</summary>
    public string? Phase { get; init; }
}

/// <summary>
/// How an answer is laid out in items. What was streamed stands in the order in which it began; what came whole follows in the
/// order thoughts, message, function calls.
/// </summary>
internal sealed class OutputDrafts
{
    private readonly ModelOutput _output;
    private readonly List<OutputDraft> _drafts = [];
    private readonly int[] _taken = new int[3];
    private readonly HashSet<int> _calls = [];
    private OutputDraft? _current;
    private int _marks;
    private string? _nextPhase;
    private bool _beginsMessage;

    private OutputDrafts(ModelOutput output) => _output = output;

    /// <summary>The items.</summary>
    /// <param name="output">The answer.</param>
    /// <param name="isCompleted">True when the model was done.</param>
    /// <param name="isStream">True when the vendor was asked for a stream.</param>
    public static IReadOnlyList<OutputDraft> Of(ModelOutput output, bool isCompleted, bool isStream)
    {
        if (!IsOneText(output))
        {
            return new OutputDrafts(output).Take(isCompleted, isStream);
        }

        var length = output.Text.Text.Length;
        return length == 0 && !isCompleted
            ? []
            : [new OutputDraft(ItemKind.Message, -1) { Parts = { new OutputPart(Chunks.Text, 0, length) } }];
    }

    /// <summary>True for what nearly every answer is, however its stream was cut: one message of one text.</summary>
    public static bool IsOneText(ModelOutput output) => output is
    {
        Refusal: null, Reasoning: null, ReasoningOrigins: null, ToolCalls: null, Messages: null,
    };

    private List<OutputDraft> Take(bool isCompleted, bool isStream)
    {
        ReadOnlySpan<int> lengths = [_output.Text.Text.Length, _output.Refusal?.Text.Length ?? 0, _output.Reasoning?.Text.Length ?? 0];
        var hasBareThoughts = lengths[Chunks.Reasoning] == 0 && _output.ReasoningOrigins is { Count: > 0 };
        if (hasBareThoughts && !isStream)
        {
            _drafts.Add(new OutputDraft(ItemKind.Reasoning, -1));
        }

        foreach (var piece in Chunks.Unpack(_output.Deltas))
        {
            Take(piece);
        }

        foreach (var slot in (ReadOnlySpan<int>)[Chunks.Reasoning, Chunks.Text, Chunks.Refusal])
        {
            if (slot == Chunks.Text && _output.Messages?.Count > _marks)
            {
                TakeMessages(_output.Messages);
            }
            else if (lengths[slot] - _taken[slot] is > 0 and var rest)
            {
                Take(new StreamPiece(slot, rest));
            }
        }

        var calls = _output.ToolCalls?.Count ?? 0;
        for (var call = 0; call < calls; call++)
        {
            TakeCall(call);
        }

        if (isCompleted && !_drafts.Exists(static draft => draft.Kind != ItemKind.Reasoning))
        {
            // A model that is done and said nothing said an empty text.
            _drafts.Add(new OutputDraft(ItemKind.Message, -1) { Parts = { new OutputPart(Chunks.Text, 0, 0) } });
        }

        if (hasBareThoughts && isStream)
        {
            _drafts.Add(new OutputDraft(ItemKind.Reasoning, -1));
        }

        return _drafts;
    }

    private void Take(StreamPiece piece)
    {
        if (piece.IsMark)
        {
            TakeMark(piece.Slot);
            return;
        }

        if (piece.Slot >= Chunks.FirstCall)
        {
            TakeCall(piece.Slot - Chunks.FirstCall);
            return;
        }

        var kind = OutputItems.KindOf(piece.Slot);
        if (_current?.Kind != kind || (kind == ItemKind.Message && _beginsMessage))
        {
            Begin(kind);
        }

        var start = _taken[piece.Slot];
        _taken[piece.Slot] += piece.Length;
        if (_current!.Parts is [.., var last] && last.Slot == piece.Slot)
        {
            _current.Parts[^1] = last with { Length = last.Length + piece.Length };
        }
        else
        {
            _current.Parts.Add(new OutputPart(piece.Slot, start, piece.Length));
        }
    }

    private void Begin(ItemKind kind)
    {
        var isMarked = kind == ItemKind.Message && _beginsMessage;
        _drafts.Add(_current = new OutputDraft(kind, -1) { IsMarked = isMarked, Phase = isMarked ? _nextPhase : null });
        _beginsMessage &= !isMarked;
    }

    private void TakeMark(int slot)
    {
        var (entry, message) = (_marks, _output.Messages![_marks]);
        _marks++;
        if (slot == Chunks.Text)
        {
            (_beginsMessage, _nextPhase) = (true, message.Phase);
        }
        else
        {
            Annotate(entry);
        }
    }

    private void Annotate(int entry)
    {
        if (_output.Messages![entry].Annotations is not null && _current is { Kind: ItemKind.Message, Parts: [.., { Slot: Chunks.Text } last] })
        {
            last.Notes.Add(entry);
        }
    }

    // What came whole, with the calls among the messages in their places.
    private void TakeMessages(IReadOnlyList<StoredMessage> messages)
    {
        var calls = _output.ToolCalls?.Count ?? 0;
        var call = 0;
        while (_marks < messages.Count)
        {
            var (entry, message) = (_marks, messages[_marks]);
            for (; call < Math.Min(message.CallsBefore, calls); call++)
            {
                TakeCall(call);
            }

            TakeMark(Chunks.Text);
            if (message.Length > 0)
            {
                Take(new StreamPiece(Chunks.Text, message.Length));
                Annotate(entry);
            }
        }
    }

    private void TakeCall(int call)
    {
        if (_calls.Add(call))
        {
            _drafts.Add(new OutputDraft(ItemKind.FunctionCall, call));
            _current = null;
        }
    }
}
