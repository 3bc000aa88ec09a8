using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.WireContracts;

namespace OrleansAi.Vendors.Judging;

/// <summary>What all judges of a process share.</summary>
internal sealed class JudgingTools(TimeProvider time, ILoggerFactory loggers)
{
    public ContractChecker Contracts { get; } = new(WireContractCatalog.Default);

    public FirstSeenRegistry FirstSeen { get; } = new(time, loggers.CreateLogger<FirstSeenRegistry>());

    /// <summary>The sanity checks and what follows from them.</summary>
    public Judgement Conclude(ModelCall call, VendorAnswer answer, string? contract, List<Verdict> verdicts, TimeSpan latency) =>
        new(answer, contract, verdicts, null, null);
}
