namespace OrleansAi.Knowledge.Chunking;

/// <summary>
/// Places that o200k_base always cuts at, before it looks for tokens: what stands before one and what stands after it can be counted apart,
/// and the counts be added.
/// </summary>
internal static class ExactCuts
{
    /// <summary>True for the beginning of the text, of a line or of a word.</summary>
    public static bool IsOne(ReadOnlySpan<char> text, int i) => i == 0 || IsWordStart(text, i) || IsLineStart(text, i);

    /// <summary>A space that is followed by a letter belongs to the word after it.</summary>
    public static bool IsWordStart(ReadOnlySpan<char> text, int i) =>
        text[i] == ' ' && i + 1 < text.Length && char.IsLetter(text[i + 1]) && !char.IsWhiteSpace(text[i - 1]);

    /// <summary>The end of a line belongs to the line, with all blank lines after it, and slashes that follow.</summary>
    public static bool IsLineStart(ReadOnlySpan<char> text, int i)
    {
        if (text[i - 1] != '\n' || text[i] == '/')
        {
            return false;
        }

        for (var next = i; next < text.Length && char.IsWhiteSpace(text[next]); next++)
        {
            if (text[next] is '\r' or '\n')
            {
                return false;
            }
        }

        return true;
    }
}
