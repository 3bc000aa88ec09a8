using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Conversations;

/// <summary>A finished turn of a transcript: what was asked and what was answered. Items given without a run count as one.</summary>
public sealed class Turn
{
    private Turn(long admittedPosition, long endedPosition, IReadOnlyList<Item> items)
    {
        AdmittedPosition = admittedPosition;
        EndedPosition = endedPosition;
        Items = items;
        Characters = items.Sum(static item => item.Text.Length);
    }

    /// <summary>Where the turn's admission stands in the stream; 0 for items given without a run.</summary>
    public long AdmittedPosition { get; }

    /// <summary>Where the turn's end stands in the stream. Turns are in the order of their ends.</summary>
    public long EndedPosition { get; }

    /// <summary>The items, in order.</summary>
    public IReadOnlyList<Item> Items { get; }

    /// <summary>The length of all texts in UTF-16 units.</summary>
    public int Characters { get; }

    /// <summary>The turn of a run that has ended.</summary>
    public static Turn Of(RunAdmittedBody admitted, RunEndedBody ended, long endedPosition) => new(
        ended.AdmittedPosition,
        endedPosition,
        [.. admitted.Input.Select(static item => item.ToItem()), .. Runs.RunViews.Output(ended)]);

    /// <summary>Items given without a run.</summary>
    public static Turn Of(ItemsAddedBody added, long position) =>
        new(0, position, [.. added.Items.Select(static item => item.ToItem())]);
}
