using System.Collections.Concurrent;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Engine.Runs;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Routing;

namespace OrleansAi.Grains.Vendors;

/// <summary>
/// The run engine's way to the vendors: along the route, through the worker grains. Workers are local, so what the catalog
/// knows of a vendor here is what its worker has met.
/// </summary>
internal sealed class GrainModelExecutor : IModelExecutor
{
    private readonly ConcurrentDictionary<(string Vendor, string Model), IVendorGrain> _workers = new();
    private readonly IGrainFactory _grains;
    private readonly VendorCatalog _catalog;
    private readonly RouteExecutor _routes;

    public GrainModelExecutor(IGrainFactory grains, VendorCatalog catalog)
    {
        (_grains, _catalog) = (grains, catalog);
        _routes = new RouteExecutor(
            catalog,
            (call, token) => Worker(call).Complete(call, token),
            (call, token) => Worker(call).Stream(call, token));
    }

    public ModelTarget Resolve(string route)
    {
        var choice = _catalog.Decide(route);
        return new ModelTarget(choice.Candidate.Vendor, choice.Candidate.Model)
        {
            PassedOver = choice.PassedOver,
            NoneUsable = choice.NoneUsable,
        };
    }

    public RouteRetrieval? RetrievalOf(string route) => _catalog.Resolve(route).Retrieval;

    public void Check(string route) => _catalog.Resolve(route);

    public Task<ModelResult> CompleteAsync(ModelCall call, CancellationToken cancellationToken) =>
        _routes.CompleteAsync(call, cancellationToken);

    public IAsyncEnumerable<ModelEvent> StreamAsync(ModelCall call, CancellationToken cancellationToken) =>
        _routes.StreamAsync(call, cancellationToken);

    private IVendorGrain Worker(ModelCall call) => _workers.GetOrAdd(
        (call.Vendor, call.Model),
        static (key, factory) => factory.GetGrain<IVendorGrain>($"{key.Vendor}/{key.Model}"),
        _grains);
}
