using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// The fewest pieces and marks that lay an answer out in the same items as its deltas and messages do. It says how long the
/// stretches of the texts are and nothing more of them, so it may be known when the texts are destroyed.
/// </summary>
/// <param name="Pieces">The pieces.</param>
/// <param name="Phases">The phases of the messages that a mark begins.</param>
/// <param name="Notes">For each stretch of the text, the entries of <see cref="ModelOutput.Messages"/> with its annotations.</param>
internal sealed record OutputLayout(
    IReadOnlyList<StreamPiece> Pieces, IReadOnlyList<string?> Phases, IReadOnlyList<IReadOnlyList<int>> Notes)
{
    private static readonly OutputLayout None = new([], [], [[]]);

    /// <summary>True for the layout that texts have which came whole, each in one stretch.</summary>
    public bool IsPlain => Pieces.Count == 0;

    /// <summary>The layout of an answer.</summary>
    public static OutputLayout Of(ModelOutput output)
    {
        if (OutputDrafts.IsOneText(output) || output is { Deltas: null, Messages: null })
        {
            return None;
        }

        var layout = Of(OutputDrafts.Of(output, isCompleted: false, isStream: true));
        return output.Messages is null
            && layout.Pieces.SequenceEqual(Of(OutputDrafts.Of(output with { Deltas = null }, isCompleted: false, isStream: true)).Pieces)
                ? None
                : layout;
    }

    /// <summary>How long the stretches of a text are; none where it is one.</summary>
    public IReadOnlyList<int> Stretches(int slot) => Stretches(Pieces, slot);

    /// <summary>How long the stretches of a text are; none where it is one.</summary>
    public static IReadOnlyList<int> Stretches(IReadOnlyList<StreamPiece> pieces, int slot) =>
        [.. pieces.Where(piece => piece.Slot == slot && piece.Length > 0).Select(static piece => piece.Length)];

    private static OutputLayout Of(IReadOnlyList<OutputDraft> drafts)
    {
        var pieces = new List<StreamPiece>();
        var phases = new List<string?>();
        var notes = new List<IReadOnlyList<int>>();
        foreach (var draft in drafts)
        {
            if (draft.Kind == ItemKind.FunctionCall)
            {
                pieces.Add(new StreamPiece(Chunks.FirstCall + draft.Call, 0));
            }

            if (draft.IsMarked)
            {
                pieces.Add(new StreamPiece(Chunks.Text, 0));
                phases.Add(draft.Phase);
            }

            foreach (var part in draft.Parts)
            {
                pieces.Add(new StreamPiece(part.Slot, part.Length));
                pieces.AddRange(part.Notes.Select(static _ => new StreamPiece(Chunks.Refusal, 0)));
                if (part.Slot == Chunks.Text)
                {
                    notes.Add(part.Notes);
                }
            }
        }

        return new OutputLayout(pieces, phases, notes);
    }
}
