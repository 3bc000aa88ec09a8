namespace OrleansAi.Http.VectorStores;

/// <summary>
/// What <c>rewrite_query</c> makes of a question, without a model: what is said to whoever is asked leaves, what is asked for stays as it is. The same
/// question always becomes the same one, never nothing; in a language other than English only its blanks change.
/// </summary>
internal static class QueryRewriting
{
    // At the beginning, any number of them, each followed by a blank or a comma.
    private static readonly string[] Before =
    [
        "hi", "hello", "hey", "please", "thanks", "thank you", "ok", "okay",
        "can you tell me", "could you tell me", "can you please tell me", "could you please tell me", "can you explain to me", "could you explain to me",
        "can you explain", "could you explain", "can you show me", "could you show me", "can you help me find", "could you help me find",
        "can you help me understand", "could you help me understand", "do you know", "does anyone know", "can i ask", "may i ask",
        "i would like to know", "i'd like to know", "i want to know", "i need to know", "i would like to understand", "i want to understand",
        "i am looking for", "i'm looking for", "i am wondering", "i'm wondering", "i was wondering",
        "tell me about", "tell me", "show me", "explain to me",
    ];

    private static readonly string[] After = ["please", "thanks", "thank you"];

    /// <summary>Rewrites.</summary>
    public static string Rewrite(string query)
    {
        var text = string.Join(' ', query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).AsSpan();
        while (Left(text) is var left && left > 0)
        {
            text = text[left..];
        }

        text = text.TrimEnd(" ?!.,");
        foreach (var word in After)
        {
            if (text.EndsWith(word, StringComparison.OrdinalIgnoreCase) && text.Length > word.Length && (text[^(word.Length + 1)] is ' ' or ','))
            {
                text = text[..^word.Length].TrimEnd(" ?!.,");
            }
        }

        return text.Length > 0 ? text.ToString() : query;
    }

    // How much of the beginning leaves, with the blanks and signs behind it; nothing when nothing would be left.
    private static int Left(ReadOnlySpan<char> text)
    {
        var longest = 0;
        foreach (var words in Before)
        {
            if (words.Length > longest && text.Length > words.Length && (text[words.Length] is ' ' or ',' or '!' or ':')
                && text.StartsWith(words, StringComparison.OrdinalIgnoreCase))
            {
                longest = words.Length;
            }
        }

        return longest > 0 && text[longest..].TrimStart(" ,!:.") is { Length: > 0 } rest ? text.Length - rest.Length : 0;
    }
}
