using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>What a vendor answered to one call, validated and in no vendor's own words.</summary>
internal sealed record VendorAnswer(string Text, string? Refusal, FinishReason FinishReason)
{
    public Usage? Usage { get; init; }

    public string? ServedModel { get; init; }

    public string? RequestId { get; init; }

    public string? Fingerprint { get; init; }

    public IReadOnlyList<ModelToolCall> ToolCalls { get; init; } = [];

    public IReadOnlyList<ModelReasoning> Reasoning { get; init; } = [];

    /// <summary>What had to be put right in the vendor's words, one short sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>
/// Speaks one vendor's wire format. Makes exactly one call each time: deadlines, retries and limits are around it.
/// </summary>
internal interface IVendorAdapter
{
    /// <summary>The provider's name in the OpenTelemetry GenAI conventions.</summary>
    string Provider { get; }

    /// <summary>The name of the API whose contract its answers are held to, for example <c>openai.chat</c>; null for none.</summary>
    string? Api => null;

    /// <summary>Where the calls go to; null when they stay in the process.</summary>
    Uri? Address { get; }

    /// <summary>Makes a call.</summary>
    /// <exception cref="VendorException">It failed.</exception>
    Task<VendorAnswer> CompleteAsync(ModelCall call, CancellationToken cancellationToken);

    /// <summary>Makes a call and hands every piece over as it comes.</summary>
    /// <exception cref="VendorException">It failed, or ended without the vendor's terminal event.</exception>
    Task<VendorAnswer> StreamAsync(ModelCall call, Func<ModelDelta, ValueTask> onDelta, CancellationToken cancellationToken);
}
