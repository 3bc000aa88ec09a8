using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Drift;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Sanity;
using OrleansAi.Vendors.Wire;
using OrleansAi.Vendors.WireContracts;

namespace OrleansAi.Vendors.Judging;

/// <summary>What all judges of a process share.</summary>
internal sealed class JudgingTools(DriftOptions drift, TimeProvider time, ILoggerFactory loggers)
{
    private readonly SanityChecks _sanity = new();
    private readonly SanityChecks _reviewing = new();

    public ContractChecker Contracts { get; } = new(WireContractCatalog.Default);

    public FirstSeenRegistry FirstSeen { get; } = new(time, loggers.CreateLogger<FirstSeenRegistry>());

    public DriftMonitor Drift { get; } = new(drift, time, loggers.CreateLogger<DriftMonitor>());

    /// <summary>The sanity checks and what follows from them.</summary>
    public Judgement Conclude(ModelCall call, VendorAnswer answer, string? contract, List<Verdict> verdicts, TimeSpan latency)
    {
        var report = _sanity.Check(call, answer);
        verdicts.AddRange(report.Verdicts);
        Drift.Observe(call.Vendor, call.Model, new DriftSample
        {
            RunId = call.RunId,
            IsExact = contract is null ? null : contract == "exact",
            ToolArgumentsValid = report.ToolArgumentsValid,
            FenceWrapped = answer.Text.Length > 0 ? TextShape.Unwrap(answer.FinalText) is not null : null,
            Refused = report.Has(VerdictNames.Refused) || report.Has(VerdictNames.ContentFiltered),
            Truncated = report.Has(VerdictNames.TruncatedByLength) || report.Has(VerdictNames.TruncatedOpen),
            TokenRatio = report.TokenRatio,
            OutputCharacters = answer.Text.Length > 0 ? answer.Text.Length : null,
            LatencyMilliseconds = latency.TotalMilliseconds,
        });
        if (report.Failure is not { } failure)
        {
            return new Judgement(report.Unwrapped is { } text ? answer.WithFinalText(text) : answer, contract, verdicts, null, null);
        }

        var unsound = VendorErrors.Of(VendorFault.Unsound, $"The answer is of no use ({failure.Name}): {failure.Detail}", 200, null);
        return new Judgement(
            answer,
            contract,
            verdicts,
            new VendorException(unsound.Code, unsound.Message, IsWorthAnotherAttempt(failure))
            {
                Fault = unsound.Fault,
                HttpStatus = unsound.HttpStatus,
                Answer = answer,
                Contract = contract,
            },
            SanityChecks.Repair(call, answer, report));
    }

    /// <summary>The sanity checks of a recorded answer. Whether a vendor read its input whole hangs on the answers before, so it is left out.</summary>
    public Judgement Review(ModelCall call, VendorAnswer answer, List<Verdict> verdicts)
    {
        var report = _reviewing.Check(call, answer);
        verdicts.AddRange(report.Verdicts.Where(static verdict => verdict.Name != VerdictNames.InputTruncated));
        return new Judgement(report.Unwrapped is { } text ? answer.WithFinalText(text) : answer, null, verdicts, null, null);
    }

    // What the repair did not mend, or what the vendor did not read, the same call again does not mend either.
    private static bool IsWorthAnotherAttempt(Verdict failure) => failure.Name == VerdictNames.EmptyAnswer;
}
