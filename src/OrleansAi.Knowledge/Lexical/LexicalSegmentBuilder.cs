using System.Text;

namespace OrleansAi.Knowledge.Lexical;

/// <summary>Builds a <see cref="LexicalSegment"/> chunk by chunk. Not safe for several threads.</summary>
public sealed class LexicalSegmentBuilder
{
    private readonly TextAnalyzer _analyzer;
    private readonly Dictionary<string, PostingList> _terms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PostingList>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<PostingList> _touched = [];
    private readonly List<int> _lengths = [];

    /// <summary>Begins a segment.</summary>
    public LexicalSegmentBuilder(TextAnalyzer analyzer)
    {
        _analyzer = analyzer;
        _lookup = _terms.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>How many chunks there are.</summary>
    public int Chunks => _lengths.Count;

    /// <summary>Adds the next chunk; its number is that of the chunks before.</summary>
    /// <param name="texts">What is searched of it, for example its headings and its text.</param>
    public void Add(params ReadOnlySpan<string> texts)
    {
        var (chunk, length) = (_lengths.Count, 0);
        Span<char> buffer = stackalloc char[TextAnalyzer.LongestTerm];
        foreach (var text in texts)
        {
            var reader = new TermReader(_analyzer, text, buffer);
            while (reader.Read())
            {
                if (!_lookup.TryGetValue(reader.Term, out var list))
                {
                    _lookup[reader.Term] = list = new PostingList();
                }

                if (list.Pending++ == 0)
                {
                    _touched.Add(list);
                }

                length++;
            }
        }

        foreach (var list in _touched)
        {
            list.Add(chunk, list.Pending);
            list.Pending = 0;
        }

        _touched.Clear();
        _lengths.Add(length);
    }

    /// <summary>The segment. Equal chunks in equal order give equal bytes.</summary>
    public LexicalSegment Build() => LexicalSegment.Of(
        _analyzer,
        [.. _lengths],
        _terms.Select(static term => (Encoding.UTF8.GetBytes(term.Key), term.Value)));
}
