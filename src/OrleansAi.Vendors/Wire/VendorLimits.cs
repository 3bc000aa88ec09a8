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
    }
}
