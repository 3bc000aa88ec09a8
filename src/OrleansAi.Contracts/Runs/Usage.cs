namespace OrleansAi.Contracts.Runs;

/// <summary>Tokens, as the vendor billed them.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.usage")]
public sealed record Usage
{
    /// <summary>Tokens read, cached ones included.</summary>
    [Id(0)]
    public int InputTokens { get; init; }

    /// <summary>Tokens written, reasoning included.</summary>
    [Id(1)]
    public int OutputTokens { get; init; }

    /// <summary>The part of <see cref="InputTokens"/> that came from the vendor's cache.</summary>
    [Id(2)]
    public int CachedTokens { get; init; }

    /// <summary>The part of <see cref="OutputTokens"/> that was reasoning.</summary>
    [Id(3)]
    public int ReasoningTokens { get; init; }
}
