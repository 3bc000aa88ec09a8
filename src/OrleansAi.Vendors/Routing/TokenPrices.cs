using OrleansAi.Contracts.Runs;

namespace OrleansAi.Vendors.Routing;

/// <summary>What a million tokens of a model cost, in whatever currency its operator counts.</summary>
/// <param name="Input">Tokens read.</param>
/// <param name="CachedInput">Tokens read from the vendor's cache.</param>
/// <param name="Output">Tokens written, reasoning included.</param>
public sealed record TokenPrices(decimal Input, decimal CachedInput, decimal Output)
{
    private const decimal Million = 1_000_000m;

    /// <summary>The prices of a candidate; null where none is configured.</summary>
    public static TokenPrices? Of(CandidateOptions options) => options is { InputPrice: null, CachedInputPrice: null, OutputPrice: null }
        ? null
        : new TokenPrices(options.InputPrice ?? 0, options.CachedInputPrice ?? options.InputPrice ?? 0, options.OutputPrice ?? 0);

    /// <summary>What a call cost.</summary>
    public decimal Of(Usage usage) =>
        (((usage.InputTokens - usage.CachedTokens) * Input) + (usage.CachedTokens * CachedInput) + (usage.OutputTokens * Output)) / Million;
}
