using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Sanity;
using OrleansAi.Vendors.Wire;
using OrleansAi.Vendors.WireContracts;

namespace OrleansAi.Vendors.Judging;

/// <summary>What all judges of a process share.</summary>
internal sealed class JudgingTools(TimeProvider time, ILoggerFactory loggers)
{
    private readonly SanityChecks _sanity = new();

    public ContractChecker Contracts { get; } = new(WireContractCatalog.Default);

    public FirstSeenRegistry FirstSeen { get; } = new(time, loggers.CreateLogger<FirstSeenRegistry>());

    /// <summary>The sanity checks and what follows from them.</summary>
    public Judgement Conclude(ModelCall call, VendorAnswer answer, string? contract, List<Verdict> verdicts, TimeSpan latency)
    {
        var report = _sanity.Check(call, answer);
        verdicts.AddRange(report.Verdicts);
        if (report.Failure is not { } failure)
        {
            return new Judgement(report.Unwrapped is { } text ? answer with { Text = text } : answer, contract, verdicts, null, null);
        }

        var unsound = VendorErrors.Of(VendorFault.Unsound, $"The answer is of no use ({failure.Name}): {failure.Detail}", 200, null);
        return new Judgement(
            answer,
            contract,
            verdicts,
            new VendorException(unsound.Code, unsound.Message, unsound.IsTransient)
            {
                Fault = unsound.Fault,
                HttpStatus = unsound.HttpStatus,
                Answer = answer,
                Contract = contract,
            },
            SanityChecks.Repair(call, answer, report));
    }
}
