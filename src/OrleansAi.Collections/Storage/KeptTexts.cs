namespace OrleansAi.Collections.Storage;

/// <summary>The blocks of texts that were read last, in memory alone. Not safe for several threads.</summary>
/// <param name="most">How many UTF-16 units are kept.</param>
internal sealed class KeptTexts(int most)
{
    private readonly Dictionary<TextBlock, LinkedListNode<(TextBlock Block, string Text)>> _texts = [];
    private readonly LinkedList<(TextBlock Block, string Text)> _newestFirst = new();
    private long _kept;

    /// <summary>A block, or null.</summary>
    public string? Find(TextBlock block)
    {
        if (!_texts.TryGetValue(block, out var node))
        {
            return null;
        }

        _newestFirst.Remove(node);
        _newestFirst.AddFirst(node);
        return node.Value.Text;
    }

    /// <summary>Keeps a block, in the place of the ones that were used longest ago.</summary>
    public void Add(TextBlock block, string text)
    {
        if (_texts.ContainsKey(block))
        {
            return;
        }

        _texts[block] = _newestFirst.AddFirst((block, text));
        _kept += text.Length;
        while (_kept > most)
        {
            var (oldest, given) = _newestFirst.Last!.Value;
            _newestFirst.RemoveLast();
            _texts.Remove(oldest);
            _kept -= given.Length;
        }
    }
}

/// <summary>A block of a text.</summary>
/// <param name="Root">Under which the text is found.</param>
/// <param name="Number">The block's number in it.</param>
internal readonly record struct TextBlock(string Root, int Number)
{
    /// <summary>The number of the piece that it is in.</summary>
    public int Piece => Number / TextPiece.MostBlocks;
}
