using Microsoft.ML.Tokenizers;

namespace OrleansAi.Knowledge.Chunking;

/// <summary>Counts tokens of OpenAI's o200k_base.</summary>
internal static class TokenCounting
{
    // The tokenizer's time grows with the square of a run of letters (a million of them: hours). No language has such words; their tokens are
    // counted in pieces, which can be off by one for each.
    private const int LongestRun = 512;

    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(static () => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    public static int Count(ReadOnlySpan<char> text)
    {
        if (text.Length <= LongestRun)
        {
            return CountWhole(text);
        }

        var (count, start, run) = (0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            run = char.IsWhiteSpace(text[i]) ? 0 : run + 1;
            if (run == LongestRun)
            {
                var end = char.IsLowSurrogate(text[i]) ? i - 1 : i;
                count += CountWhole(text[start..end]);
                (start, run) = (end, 1);
            }
        }

        return count + CountWhole(text[start..]);
    }

    private static int CountWhole(ReadOnlySpan<char> text) =>
        text.IsEmpty ? 0 : Tokenizer.Value.CountTokens(text, considerPreTokenization: true, considerNormalization: false);
}
