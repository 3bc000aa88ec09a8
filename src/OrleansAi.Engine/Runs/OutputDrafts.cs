using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>An item in the making. Of a function call only the place is known: its arguments are taken whole.</summary>
internal sealed record OutputDraft(ItemKind Kind, int Call)
{
    /// <summary>Which parts of which texts it has.</summary>
    public List<(int Slot, int Start, int Length)> Parts { get; } = [];
}

/// <summary>
/// How an answer is laid out in items. What was streamed stands in the order in which it began; what came whole follows in the
/// order thoughts, message, function calls.
/// </summary>
internal sealed class OutputDrafts
{
    private readonly List<OutputDraft> _drafts = [];
    private readonly int[] _taken = new int[3];
    private readonly HashSet<int> _calls = [];
    private OutputDraft? _current;

    /// <summary>The items.</summary>
    /// <param name="output">The answer.</param>
    /// <param name="isCompleted">True when the model was done.</param>
    /// <param name="isStream">True when the vendor was asked for a stream.</param>
    public static IReadOnlyList<OutputDraft> Of(ModelOutput output, bool isCompleted, bool isStream) =>
        new OutputDrafts().Take(output, output.Deltas, isCompleted, isStream);

    /// <summary>The texts of the items as the fewest pieces that lay them out alike.</summary>
    public static IReadOnlyList<StreamPiece> PiecesOf(ModelOutput output, string? deltas) =>
    [
        .. new OutputDrafts().Take(output, deltas, isCompleted: false, isStream: true).SelectMany(static draft =>
            draft.Kind == ItemKind.FunctionCall
                ? [new StreamPiece(Chunks.FirstCall + draft.Call, 0)]
                : draft.Parts.Select(static part => new StreamPiece(part.Slot, part.Length))),
    ];

    private List<OutputDraft> Take(ModelOutput output, string? deltas, bool isCompleted, bool isStream)
    {
        foreach (var piece in Chunks.Unpack(deltas))
        {
            Take(piece);
        }

        ReadOnlySpan<int> lengths = [output.Text.Text.Length, output.Refusal?.Text.Length ?? 0, output.Reasoning?.Text.Length ?? 0];
        var hasBareThoughts = lengths[Chunks.Reasoning] == 0 && output.ReasoningOrigins is { Count: > 0 };
        if (hasBareThoughts && !isStream)
        {
            _drafts.Add(new OutputDraft(ItemKind.Reasoning, -1));
        }

        foreach (var slot in (ReadOnlySpan<int>)[Chunks.Reasoning, Chunks.Text, Chunks.Refusal])
        {
            if (lengths[slot] - _taken[slot] is > 0 and var rest)
            {
                Take(new StreamPiece(slot, rest));
            }
        }

        var calls = output.ToolCalls?.Count ?? 0;
        for (var call = 0; call < calls; call++)
        {
            TakeCall(call);
        }

        if (isCompleted && !_drafts.Exists(static draft => draft.Kind != ItemKind.Reasoning))
        {
            // A model that is done and said nothing said an empty text.
            _drafts.Add(new OutputDraft(ItemKind.Message, -1) { Parts = { (Chunks.Text, 0, 0) } });
        }

        if (hasBareThoughts && isStream)
        {
            _drafts.Add(new OutputDraft(ItemKind.Reasoning, -1));
        }

        return _drafts;
    }

    private void Take(StreamPiece piece)
    {
        if (piece.Slot >= Chunks.FirstCall)
        {
            TakeCall(piece.Slot - Chunks.FirstCall);
            return;
        }

        var kind = OutputItems.KindOf(piece.Slot);
        if (_current?.Kind != kind)
        {
            _drafts.Add(_current = new OutputDraft(kind, -1));
        }

        var start = _taken[piece.Slot];
        _taken[piece.Slot] += piece.Length;
        if (_current.Parts is [.., var (slot, begin, length)] && slot == piece.Slot)
        {
            _current.Parts[^1] = (slot, begin, length + piece.Length);
        }
        else
        {
            _current.Parts.Add((piece.Slot, start, piece.Length));
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
