namespace OrleansAi.Knowledge.Lexical;

/// <summary>
/// Cuts text into terms: runs of letters, digits and marks of any script, in lower case; letters of scripts that put no
/// spaces between words stand alone. An index keeps the analyzer's name, and refuses another one.
/// </summary>
public sealed class TextAnalyzer
{
    /// <summary>The longest term in UTF-16 units; a longer run is cut into several.</summary>
    public const int LongestTerm = 64;

    private TextAnalyzer(string name, bool stemsEnglish) => (Name, StemsEnglish) = (name, stemsEnglish);

    /// <summary>Words as they are.</summary>
    public static TextAnalyzer Plain { get; } = new("plain-1", stemsEnglish: false);

    /// <summary>Words without the commonest English endings; the default.</summary>
    public static TextAnalyzer English { get; } = new("english-1", stemsEnglish: true);

    /// <summary>The name that an index keeps. The number rises when the same text would give other terms.</summary>
    public string Name { get; }

    internal bool StemsEnglish { get; }

    /// <summary>The analyzer of a name.</summary>
    /// <returns>Null when this build has none of that name.</returns>
    public static TextAnalyzer? Find(string name) =>
        name == English.Name ? English : name == Plain.Name ? Plain : null;

    /// <summary>The terms of a text, in order, repeated ones included.</summary>
    public IReadOnlyList<string> Terms(string text)
    {
        var terms = new List<string>();
        var reader = new TermReader(this, text, stackalloc char[LongestTerm]);
        while (reader.Read())
        {
            terms.Add(reader.Term.ToString());
        }

        return terms;
    }
}
