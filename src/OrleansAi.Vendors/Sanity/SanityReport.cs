using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Sanity;

/// <summary>What the sanity checks found.</summary>
/// <param name="Verdicts">Everything, in a fixed order.</param>
/// <param name="Failure">What makes the answer useless; null when it counts.</param>
internal sealed record SanityReport(IReadOnlyList<Verdict> Verdicts, Verdict? Failure)
{
    /// <summary>The text without the fence around it; null when there was none.</summary>
    public string? Unwrapped { get; init; }

    /// <summary>Tokens billed for each that we counted; null when the vendor did not say.</summary>
    public double? TokenRatio { get; init; }

    /// <summary>Whether all arguments of function calls were sound; null when there was no call.</summary>
    public bool? ToolArgumentsValid { get; init; }

    /// <summary>Whether there is a verdict of a name.</summary>
    public bool Has(string name) => Verdicts.Any(verdict => verdict.Name == name);
}
