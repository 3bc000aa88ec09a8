using Microsoft.ML.Tokenizers;

namespace OrleansAi.Knowledge.Chunking;

/// <summary>Counts tokens of OpenAI's o200k_base.</summary>
internal static class TokenCounting
{
    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(static () => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    public static int Count(ReadOnlySpan<char> text) =>
        text.IsEmpty ? 0 : Tokenizer.Value.CountTokens(text, considerPreTokenization: true, considerNormalization: false);
}
