namespace OrleansAi.Contracts.Collections;

/// <summary>How documents are cut: OpenAI's static chunking strategy.</summary>
/// <param name="MaxTokens">The most tokens of a chunk.</param>
/// <param name="OverlapTokens">The most tokens that a chunk repeats of the one before.</param>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-chunking")]
public sealed record CollectionChunking(int MaxTokens, int OverlapTokens);
