using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Wire;

/// <summary>
/// Hints of a caller that change nothing in an answer: who its user is, and how requests with a common beginning are found
/// again. Where a vendor has no word for one, the answer is as good without, and a verdict says that it was not passed on.
/// </summary>
internal static class VendorHints
{
    /// <summary>The hints of a call that an API cannot be told.</summary>
    /// <param name="call">The call.</param>
    /// <param name="api">The name of the API; null for the built-in model.</param>
    public static IEnumerable<Verdict> NotTaken(ModelCall call, string? api)
    {
        var isOpenAi = api is not null && (api.StartsWith("openai.", StringComparison.Ordinal) || api.StartsWith("azure-openai.", StringComparison.Ordinal));
        if (!isOpenAi && api != "anthropic.messages" && call.SafetyIdentifier is not null)
        {
            yield return Note("safety_identifier");
        }

        if (!isOpenAi && call.PromptCacheKey is not null)
        {
            yield return Note("prompt_cache_key");
        }

        if (!isOpenAi && call.PromptCacheRetention is not null)
        {
            yield return Note("prompt_cache_retention");
        }
    }

    private static Verdict Note(string hint) => new() { Name = VerdictNames.HintNotTaken, Detail = hint };
}
