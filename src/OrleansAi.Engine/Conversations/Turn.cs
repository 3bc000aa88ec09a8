using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Conversations;

/// <summary>A finished turn of a transcript: what was asked and what was answered. Items given without a run count as one.</summary>
public sealed class Turn
{
    private IReadOnlyList<ModelMessage>? _messages;

    private Turn(
        string? runId, long admittedPosition, long endedPosition, IReadOnlyList<Item> items, string? source = null, string? replaces = null)
    {
        RunId = runId;
        Replaces = replaces;
        Source = source;
        AdmittedPosition = admittedPosition;
        EndedPosition = endedPosition;
        Items = items;
        Size = ContextSize.Of(items);
    }

    /// <summary>The turn's run; null for items given without one.</summary>
    public string? RunId { get; }

    /// <summary>The run whose turn, the one before, this one stands in the place of; null for most turns.</summary>
    public string? Replaces { get; }

    /// <summary>The conversation that the turn was made in, where that is another one: a fork shares its past by reference.</summary>
    public string? Source { get; }

    /// <summary>Where the turn's admission stands in the stream; 0 for items given without a run.</summary>
    public long AdmittedPosition { get; }

    /// <summary>Where the turn's end stands in the stream. Turns are in the order of their ends.</summary>
    public long EndedPosition { get; }

    /// <summary>The items, in order.</summary>
    public IReadOnlyList<Item> Items { get; }

    /// <summary>
    /// The items as messages of a model request, made once for all the requests that they are part of; null where an item is
    /// no message of text alone.
    /// </summary>
    internal IReadOnlyList<ModelMessage>? Messages => _messages ??= Items.All(IsPlain)
        ? [.. Items.Where(static item => item.Kind == ItemKind.Message).Select(Runs.Prompt.Message)]
        : null;

    /// <summary>How much of a model's context the items take.</summary>
    public ContextSize Size { get; }

    /// <summary>The turn of a run that has ended.</summary>
    public static Turn Of(RunAdmittedBody admitted, RunEndedBody ended, long endedPosition) => new(
        admitted.RunId,
        ended.AdmittedPosition,
        endedPosition,
        [.. Kept(admitted.Input), .. Runs.OutputItems.Of(ended, admitted.Stream)]);

    /// <summary>Items given without a run.</summary>
    public static Turn Of(ItemsAddedBody added, long position) =>
        new(null, 0, position, [.. Kept(added.Items)], replaces: added.Promoted?.Replaces);

    /// <summary>The turn as one of a fork's past.</summary>
    public Turn From(string source) => Source is null ? new(RunId, AdmittedPosition, EndedPosition, Items, source, Replaces) : this;

    /// <summary>The turn without what was deleted.</summary>
    /// <param name="deleted">Ids of items and runs.</param>
    public Turn Without(IReadOnlySet<string> deleted)
    {
        if (deleted.Count == 0)
        {
            return this;
        }

        if (RunId is not null && deleted.Contains(RunId))
        {
            return new(RunId, AdmittedPosition, EndedPosition, [], Source, Replaces);
        }

        return Items.Any(item => deleted.Contains(item.Id))
            ? new(RunId, AdmittedPosition, EndedPosition, [.. Items.Where(item => !deleted.Contains(item.Id))], Source, Replaces)
            : this;
    }

    // A search says nothing to a later turn, which searches anew.
    private static bool IsPlain(Item item) =>
        item.Kind == ItemKind.FileSearchCall || (item.Kind == ItemKind.Message && !item.Parts.Any(static part => part.IsMedia));

    private static IEnumerable<Item> Kept(IReadOnlyList<StoredItem> items) =>
        items.Where(static item => !item.IsDestroyed).Select(static item => item.ToItem());
}
