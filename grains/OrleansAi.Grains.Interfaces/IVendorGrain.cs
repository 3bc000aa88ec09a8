using OrleansAi.Contracts.Models;

namespace OrleansAi.Grains;

/// <summary>
/// Calls one model of one vendor. A stateless worker with the key <c>vendor/model</c>. Not versioned by Orleans: this
/// interface only ever grows. A vendor's trouble is a value in the result, not an exception.
/// </summary>
[Alias("orleansai.grains.vendor")]
public interface IVendorGrain : IGrainWithStringKey
{
    /// <summary>Makes the call and returns its outcome.</summary>
    [Alias("complete")]
    [ResponseTimeout("01:00:00")]
    Task<ModelResult> Complete(ModelCall call, CancellationToken cancellationToken = default);

    /// <summary>Makes the call and streams it; the last event has the outcome.</summary>
    [Alias("stream")]
    IAsyncEnumerable<ModelEvent> Stream(ModelCall call, CancellationToken cancellationToken = default);
}
