using System.Collections.Concurrent;
using OrleansAi.Contracts.Models;
using OrleansAi.Engine.Runs;
using OrleansAi.Vendors;

namespace OrleansAi.Grains.Vendors;

/// <summary>The run engine's way to the vendors: through their worker grains.</summary>
internal sealed class GrainModelExecutor(IGrainFactory grains, VendorCatalog catalog) : IModelExecutor
{
    private readonly ConcurrentDictionary<(string Vendor, string Model), IVendorGrain> _workers = new();

    public ModelTarget Resolve(string route)
    {
        var candidate = catalog.Resolve(route).Candidates[0];
        return new ModelTarget(candidate.Vendor, candidate.Model);
    }

    public Task<ModelResult> CompleteAsync(ModelCall call, CancellationToken cancellationToken) =>
        Worker(call).Complete(call, cancellationToken);

    public IAsyncEnumerable<ModelEvent> StreamAsync(ModelCall call, CancellationToken cancellationToken) =>
        Worker(call).Stream(call, cancellationToken);

    private IVendorGrain Worker(ModelCall call) => _workers.GetOrAdd(
        (call.Vendor, call.Model),
        static (key, factory) => factory.GetGrain<IVendorGrain>($"{key.Vendor}/{key.Model}"),
        grains);
}
