namespace OrleansAi.Engine.Conversations;

/// <summary>The newest turns of a conversation, as many as a model request may hold.</summary>
/// <param name="most">What a model request may hold.</param>
public sealed class HistoryWindow(ContextSize most)
{
    private readonly LinkedList<Turn> _turns = new();
    private ContextSize _size;
    private bool _hasForgotten;

    /// <summary>The turns, oldest first.</summary>
    public IReadOnlyCollection<Turn> Turns => _turns;

    /// <summary>Adds the newest turn and forgets those that no request can hold any more.</summary>
    public void Add(Turn turn)
    {
        _turns.AddLast(turn);
        _size += turn.Size;
        while (_turns.First is { } first && !_size.FitsInto(most))
        {
            _turns.RemoveFirst();
            _hasForgotten = true;
            _size -= first.Value.Size;
        }
    }

    /// <summary>Tells that there were turns before these.</summary>
    public void MarkForgotten() => _hasForgotten = true;

    /// <summary>Whether nothing was forgotten and all fits beside new items.</summary>
    public bool HoldsAllBeside(ContextSize fresh) => !_hasForgotten && (_size + fresh).FitsInto(most);

    /// <summary>Takes what was deleted out of the turns.</summary>
    public void Remove(IReadOnlySet<string> deleted)
    {
        for (var node = _turns.First; node is not null; node = node.Next)
        {
            var rest = node.Value.Without(deleted);
            _size -= node.Value.Size - rest.Size;
            node.Value = rest;
        }
    }

    /// <summary>
    /// The newest whole turns that fit beside new items. A turn is taken whole or not at all, so that a question never
    /// stands without its answer.
    /// </summary>
    /// <param name="fresh">The size of the new items and the instructions.</param>
    public IReadOnlyList<Turn> Select(ContextSize fresh)
    {
        var taken = new List<Turn>(_turns.Count);
        for (var node = _turns.Last; node is not null; node = node.Previous)
        {
            fresh += node.Value.Size;
            if (!fresh.FitsInto(most))
            {
                break;
            }

            taken.Add(node.Value);
        }

        taken.Reverse();
        return taken;
    }
}
