using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>What was found in an answer before it counts.</summary>
/// <param name="Answer">The answer, put right where it could be.</param>
/// <param name="Contract">How the raw answer stands to its contract; null when it has none.</param>
/// <param name="Verdicts">What the checks found.</param>
/// <param name="Failure">Why the answer is refused; null when it counts.</param>
/// <param name="Repair">The one further call that asks for a better answer; null when that does not help.</param>
internal sealed record Judgement(
    VendorAnswer Answer, string? Contract, IReadOnlyList<Verdict> Verdicts, VendorException? Failure, ModelCall? Repair)
{
    /// <summary>An answer that nobody looks at.</summary>
    public static Judgement Accept(VendorAnswer answer) => new(answer, null, [], null, null);
}

/// <summary>Holds answers to their contract and to common sense before they count.</summary>
internal interface IAnswerJudge
{
    /// <summary>Judges a whole answer.</summary>
    Judgement Judge(IVendorAdapter adapter, ModelCall call, VendorAnswer answer, WireCapture capture, bool isStream, TimeSpan latency);

    /// <summary>
    /// Judges a recorded answer again: nothing is counted, learned or raised, and what was learned from other answers has no say.
    /// </summary>
    Judgement Review(IVendorAdapter adapter, ModelCall call, VendorAnswer answer, WireCapture capture, bool isStream) => Judgement.Accept(answer);

    /// <summary>Takes in what came of a call whose answer could not be read.</summary>
    void Observe(IVendorAdapter adapter, ModelCall call, WireCapture capture, bool isStream);
}
