using Microsoft.ML.Tokenizers;

namespace OrleansAi.Http.Embeddings;

/// <summary>
/// Texts that come as tokens. OpenAI's embedding models all read cl100k_base, so clients that send tokens (LangChain does) mean
/// that; the text is what every vendor takes. A list that ends inside a character ends with U+FFFD.
/// </summary>
internal static class TokenText
{
    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(static () => TiktokenTokenizer.CreateForEncoding("cl100k_base"));

    // From 0 without a gap; the special ones begin behind.
    private const int OrdinaryTokens = 100_256;

    /// <summary>True for a token of the encoding, its special ones not counted.</summary>
    public static bool IsKnown(int token) => token is >= 0 and < OrdinaryTokens;

    /// <summary>The text of tokens.</summary>
    public static string Of(IReadOnlyList<int> tokens) => Tokenizer.Value.Decode(tokens);
}
