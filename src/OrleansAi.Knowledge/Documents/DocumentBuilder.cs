using System.Text;

namespace OrleansAi.Knowledge.Documents;

/// <summary>Collects blocks and holds them to the limits.</summary>
internal sealed class DocumentBuilder(DocumentLimits limits)
{
    private readonly StringBuilder _text = new();
    private readonly List<DocumentBlock> _blocks = [];

    public string? Title { get; set; }

    public IReadOnlyList<DocumentBlock> Blocks => _blocks;

    public string Text => _text.ToString();

    /// <summary>Takes a source as the text, with blocks that begin at some places of it.</summary>
    public void TakeSource(string source, IReadOnlyList<(int Start, BlockKind Kind, int Level, string Title)> starts)
    {
        if (string.IsNullOrWhiteSpace(source))
        {
            return;
        }

        CheckLength(source.Length);
        _text.Append(source);
        for (var i = 0; i < starts.Count; i++)
        {
            var (start, kind, level, title) = starts[i];
            var end = i + 1 < starts.Count ? starts[i + 1].Start : source.Length;
            var span = TextSpan.Between(i == 0 ? 0 : start, end);
            Add(new DocumentBlock(kind, span, span) { Level = level, Title = title });
        }
    }

    /// <summary>Adds a block after a blank line, or only on a line of its own.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="text">Its text; blank ones are left out.</param>
    /// <param name="source">Where it comes from; null when the text is all there is.</param>
    /// <param name="level">Of a heading.</param>
    /// <param name="page">The page it is on.</param>
    /// <param name="isTight">True for a line of a list or a table after another one.</param>
    public void Add(BlockKind kind, string text, TextSpan? source, int level = 0, int? page = null, bool isTight = false)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        if (_blocks.Count > 0)
        {
            var separator = isTight ? "\n" : "\n\n";
            _text.Append(separator);
            var last = _blocks[^1];
            var span = last.Span with { Length = last.Span.Length + separator.Length };
            _blocks[^1] = last with { Span = span, Source = last.Page is null ? last.Source : span };
        }

        var own = new TextSpan(_text.Length, text.Length);
        CheckLength(own.End);
        _text.Append(text);
        Add(new DocumentBlock(kind, own, source ?? own) { Level = level, Title = level > 0 ? text : "", Page = page });
    }

    /// <summary>Gives each block the source up to where the next one begins.</summary>
    public void ExtendSources(int sourceLength)
    {
        var start = 0;
        for (var i = 0; i < _blocks.Count; i++)
        {
            // What follows an inner element still belongs to the outer one, which began before it.
            start = Math.Max(start, _blocks[i].Source.Start);
            var end = i + 1 < _blocks.Count ? Math.Max(start, _blocks[i + 1].Source.Start) : sourceLength;
            _blocks[i] = _blocks[i] with { Source = TextSpan.Between(start, Math.Min(end, sourceLength)) };
        }
    }

    private void Add(DocumentBlock block)
    {
        if (_blocks.Count == limits.MostBlocks)
        {
            throw DocumentErrors.TooLarge($"The document has more than {limits.MostBlocks} paragraphs or records; split it.");
        }

        _blocks.Add(block);
    }

    private void CheckLength(int length)
    {
        if (length > limits.MostCharacters)
        {
            throw DocumentErrors.TooLarge($"The document's text is longer than {limits.MostCharacters} characters; split it.");
        }
    }
}
