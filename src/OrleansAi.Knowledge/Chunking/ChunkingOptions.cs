using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Chunking;

/// <summary>How documents are cut: OpenAI's static chunking strategy, of which <c>auto</c> is the default.</summary>
public sealed record ChunkingOptions
{
    /// <summary>The default of <see cref="MaxTokens"/>.</summary>
    public const int DefaultMaxTokens = 800;

    /// <summary>The default of <see cref="OverlapTokens"/>.</summary>
    public const int DefaultOverlapTokens = 400;

    /// <summary>The smallest <see cref="MaxTokens"/>.</summary>
    public const int LeastMaxTokens = 100;

    /// <summary>The largest <see cref="MaxTokens"/>.</summary>
    public const int MostMaxTokens = 4_096;

    /// <summary>The most tokens of a chunk, <c>max_chunk_size_tokens</c>.</summary>
    /// <value>The default value is 800 tokens; from 100 to 4,096.</value>
    public int MaxTokens { get; init; } = DefaultMaxTokens;

    /// <summary>The most tokens that a chunk repeats of the one before, <c>chunk_overlap_tokens</c>.</summary>
    /// <value>The default value is 400 tokens; at most half of <see cref="MaxTokens"/>.</value>
    public int OverlapTokens { get; init; } = DefaultOverlapTokens;

    /// <summary>Refuses options that break a bound.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>; its parameter is <c>chunking_strategy</c>.</exception>
    public void Check()
    {
        if (MaxTokens is < LeastMaxTokens or > MostMaxTokens)
        {
            throw Invalid($"'max_chunk_size_tokens' is {MaxTokens}; it is from {LeastMaxTokens} to {MostMaxTokens}.");
        }

        if (OverlapTokens < 0 || OverlapTokens > MaxTokens / 2)
        {
            throw Invalid($"'chunk_overlap_tokens' is {OverlapTokens}; it is from 0 to half of 'max_chunk_size_tokens', {MaxTokens / 2}.");
        }
    }

    private static OrleansAiException Invalid(string message) =>
        new(ErrorCodes.InvalidRequest, message) { Param = "chunking_strategy" };
}
