using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Wire;

/// <summary>
/// Wishes that some vendors have no word for. They are refused by name, because an ignored wish is worse than a refused one;
/// a wish for what a vendor does anyhow is none.
/// </summary>
internal static class VendorLimits
{
    /// <summary>Texts at which the model stops.</summary>
    public const int Stop = 1;

    /// <summary>A seed.</summary>
    public const int Seed = 2;

    /// <summary>A verbosity other than the middle one.</summary>
    public const int Verbosity = 4;

    /// <summary>A length of the reasoning's summary.</summary>
    public const int Summary = 8;

    /// <summary>One function call at a time.</summary>
    public const int OneCall = 16;

    /// <summary>The name of who speaks in a message.</summary>
    public const int Names = 32;

    /// <summary>How closely an image shall be looked at.</summary>
    public const int ImageDetail = 64;

    /// <summary>How closely a file shall be looked at.</summary>
    public const int FileDetail = 128;

    /// <summary>Refuses what a vendor cannot carry.</summary>
    /// <param name="call">The call.</param>
    /// <param name="api">The vendor's interface, as the caller knows it.</param>
    /// <param name="missing">The wishes that it has no word for.</param>
    /// <exception cref="Pipeline.VendorException">The call has such a wish.</exception>
    public static void Refuse(ModelCall call, string api, int missing)
    {
        if ((missing & Stop) != 0 && call.Sampling.Stop is { Count: > 0 })
        {
            throw VendorErrors.Unsupported($"{api} takes no stop sequences (stop); leave them out.", "stop");
        }

        if ((missing & Seed) != 0 && call.Sampling.Seed is not null)
        {
            throw VendorErrors.Unsupported($"{api} takes no seed (seed); leave it out.", "seed");
        }

        if ((missing & Verbosity) != 0 && call.Verbosity is not (null or "medium"))
        {
            throw VendorErrors.Unsupported($"{api} takes no verbosity (verbosity); leave it out.", "text.verbosity");
        }

        if ((missing & Summary) != 0 && call.ReasoningSummary is not (null or "auto"))
        {
            throw VendorErrors.Unsupported(
                $"{api} knows no '{call.ReasoningSummary}' summary of its reasoning (reasoning.summary); take 'auto'.", "reasoning.summary");
        }

        if ((missing & OneCall) != 0 && call is { ParallelToolCalls: false, Tools.Count: > 0, ToolChoice: not { Mode: ToolChoiceMode.None } })
        {
            throw VendorErrors.Unsupported(
                $"{api} cannot be held to one function call at a time (parallel_tool_calls = false).", "parallel_tool_calls");
        }

        foreach (var message in call.Messages)
        {
            Refuse(message, api, missing);
        }
    }

    private static void Refuse(ModelMessage message, string api, int missing)
    {
        if ((missing & Names) != 0 && message.Name is not null)
        {
            throw VendorErrors.Unsupported($"{api} takes no name of who speaks in a message (name); leave it out.");
        }

        foreach (var media in message.Media)
        {
            var isMissing = (missing & (media.Kind == ModelMediaKind.Image ? ImageDetail : FileDetail)) != 0;
            if (isMissing && media.Detail is not (null or "auto"))
            {
                throw VendorErrors.Unsupported(
                    $"{api} cannot be told how closely to look at {(media.Kind == ModelMediaKind.Image ? "an image" : "a file")} (detail); leave it out.");
            }
        }
    }
}
