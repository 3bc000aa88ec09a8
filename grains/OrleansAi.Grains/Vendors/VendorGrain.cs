using Orleans.Concurrency;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors;

namespace OrleansAi.Grains.Vendors;

/// <summary>
/// Calls one model of one vendor. One reentrant local worker: with several, cancellation does not arrive and streams
/// break; the vendor's own pipeline bounds how many calls are under way (invariant 11).
/// </summary>
[StatelessWorker(1, false)]
[Reentrant]
internal sealed class VendorGrain(VendorCatalog catalog) : Grain, IVendorGrain
{
    // A call shares nothing with this activation, and would else stand in its one queue, piece by piece, with those of all
    // conversations of the silo.
    public Task<ModelResult> Complete(ModelCall call, CancellationToken cancellationToken = default) =>
        catalog.For(call.Vendor, call.Model).CompleteElsewhereAsync(call, cancellationToken);

    public IAsyncEnumerable<ModelEvent> Stream(ModelCall call, CancellationToken cancellationToken = default) =>
        catalog.For(call.Vendor, call.Model).StreamAsync(call, cancellationToken);
}
