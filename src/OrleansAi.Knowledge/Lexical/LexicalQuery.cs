namespace OrleansAi.Knowledge.Lexical;

/// <summary>The terms of a question, each once, with how often it is there.</summary>
public sealed class LexicalQuery
{
    /// <summary>The most different terms that count; those after them are left out.</summary>
    public const int MostTerms = 256;

    /// <summary>Reads a question.</summary>
    public LexicalQuery(TextAnalyzer analyzer, string text)
    {
        Analyzer = analyzer;
        var terms = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = terms.GetAlternateLookup<ReadOnlySpan<char>>();
        var reader = new TermReader(analyzer, text, stackalloc char[TextAnalyzer.LongestTerm]);
        while (reader.Read())
        {
            if (lookup.TryGetValue(reader.Term, out var count) || terms.Count < MostTerms)
            {
                lookup[reader.Term] = count + 1;
            }
        }

        Terms = [.. terms.OrderBy(static term => term.Key, StringComparer.Ordinal).Select(static term => (term.Key, term.Value))];
    }

    /// <summary>How the text was cut; the segments must have the same.</summary>
    public TextAnalyzer Analyzer { get; }

    /// <summary>The terms in ordinal order.</summary>
    public IReadOnlyList<(string Term, int Count)> Terms { get; }
}
