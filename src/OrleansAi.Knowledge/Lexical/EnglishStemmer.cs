namespace OrleansAi.Knowledge.Lexical;

/// <summary>
/// Takes the commonest endings off an English word: plurals, -ed, -ing and the e and y they hide. Much less than Porter's
/// stemmer on purpose: what it takes away rarely tells two words apart.
/// </summary>
internal static class EnglishStemmer
{
    private const int Shortest = 4;

    /// <summary>Stems a word of lower-case ASCII in place.</summary>
    /// <returns>The new length.</returns>
    public static int Stem(Span<char> word)
    {
        var length = word.Length;
        if (length < Shortest || word.ContainsAnyExceptInRange('a', 'z'))
        {
            return length;
        }

        length = WithoutPlural(word);
        length = WithoutSuffix(word[..length]);
        if (length >= Shortest && word[length - 1] == 'e')
        {
            length--;
        }

        if (length >= 3 && word[length - 1] == 'y' && !IsVowel(word[length - 2]))
        {
            word[length - 1] = 'i';
        }

        return length;
    }

    private static int WithoutPlural(Span<char> word)
    {
        if (word[^1] != 's' || word[^2] is 's' or 'u' or 'i')
        {
            return word.Length;
        }

        if (word.EndsWith("ies") && word.Length > Shortest)
        {
            word[^3] = 'y';
            return word.Length - 2;
        }

        return word.EndsWith("sses") || word.EndsWith("xes") || word.EndsWith("ches") || word.EndsWith("shes")
            ? word.Length - 2
            : word.Length - 1;
    }

    private static int WithoutSuffix(Span<char> word)
    {
        var suffix = word.EndsWith("ing") ? 3 : word.EndsWith("ed") ? 2 : 0;
        var stem = word[..^suffix];
        if (suffix == 0 || stem.Length < 3 || !stem.ContainsAny("aeiouy"))
        {
            return word.Length;
        }

        // "running" and "run", but "filling" and "fill".
        return stem[^1] == stem[^2] && stem[^1] is not ('l' or 's' or 'z') && !IsVowel(stem[^1])
            ? stem.Length - 1
            : stem.Length;
    }

    private static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u';
}
