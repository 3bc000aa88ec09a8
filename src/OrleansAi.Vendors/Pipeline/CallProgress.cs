using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>One model call on its way through the pipeline.</summary>
internal sealed class CallProgress(ModelCall call, TimeProvider time)
    : AttemptLog(call.Vendor, call.Model, call.Deadline, call.MaxCalls, time)
{
    /// <summary>The request as it is sent now; a repair changes it.</summary>
    public ModelCall Call { get; set; } = call;

    /// <summary>True when the one repair was asked for.</summary>
    public bool IsRepaired { get; set; }

    /// <summary>What the checks found in the answer that counts.</summary>
    public IReadOnlyList<Verdict> Verdicts { get; set; } = [];
}
