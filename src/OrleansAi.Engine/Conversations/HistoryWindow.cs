namespace OrleansAi.Engine.Conversations;

/// <summary>The newest turns of a conversation, as many as a model request may hold.</summary>
public sealed class HistoryWindow(int maxMessages, int maxCharacters)
{
    private readonly LinkedList<Turn> _turns = new();
    private int _messages;
    private int _characters;
    private bool _hasForgotten;

    /// <summary>The turns, oldest first.</summary>
    public IReadOnlyCollection<Turn> Turns => _turns;

    /// <summary>Adds the newest turn and forgets those that no request can hold any more.</summary>
    public void Add(Turn turn)
    {
        _turns.AddLast(turn);
        _messages += turn.Items.Count;
        _characters += turn.Characters;
        while (_turns.First is { } first && (_messages > maxMessages || _characters > maxCharacters))
        {
            _turns.RemoveFirst();
            _hasForgotten = true;
            _messages -= first.Value.Items.Count;
            _characters -= first.Value.Characters;
        }
    }

    /// <summary>Tells that there were turns before these.</summary>
    public void MarkForgotten() => _hasForgotten = true;

    /// <summary>Whether nothing was forgotten and all fits beside new messages.</summary>
    public bool HoldsAllBeside(int newMessages, int newCharacters) =>
        !_hasForgotten && _messages + newMessages <= maxMessages && _characters + newCharacters <= maxCharacters;

    /// <summary>Takes what was deleted out of the turns.</summary>
    public void Remove(IReadOnlySet<string> deleted)
    {
        for (var node = _turns.First; node is not null; node = node.Next)
        {
            var rest = node.Value.Without(deleted);
            _messages -= node.Value.Items.Count - rest.Items.Count;
            _characters -= node.Value.Characters - rest.Characters;
            node.Value = rest;
        }
    }

    /// <summary>
    /// The newest whole turns that fit beside new messages. A turn is taken whole or not at all, so that a question never
    /// stands without its answer.
    /// </summary>
    /// <param name="newMessages">How many new messages there are.</param>
    /// <param name="newCharacters">How long they and the instructions are.</param>
    public IReadOnlyList<Turn> Select(int newMessages, int newCharacters)
    {
        var messages = maxMessages - newMessages;
        var characters = maxCharacters - newCharacters;
        var taken = new List<Turn>(_turns.Count);
        for (var node = _turns.Last; node is not null; node = node.Previous)
        {
            messages -= node.Value.Items.Count;
            characters -= node.Value.Characters;
            if (messages < 0 || characters < 0)
            {
                break;
            }

            taken.Add(node.Value);
        }

        taken.Reverse();
        return taken;
    }
}
