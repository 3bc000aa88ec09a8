using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OrleansAi.Contracts.Models;
using OrleansAi.Engine.Runs;
using OrleansAi.Vendors;

namespace OrleansAi.Grains.Vendors;

/// <summary>
/// The run engine's way to the vendors: along the route, candidate by candidate, through their worker grains. Workers are
/// local, so what the catalog knows of a vendor here is what its worker has met.
/// </summary>
internal sealed class GrainModelExecutor(IGrainFactory grains, VendorCatalog catalog) : IModelExecutor
{
    private readonly ConcurrentDictionary<(string Vendor, string Model), IVendorGrain> _workers = new();

    public ModelTarget Resolve(string route)
    {
        var candidate = catalog.Choose(route);
        return new ModelTarget(candidate.Vendor, candidate.Model);
    }

    public void Check(string route) => catalog.Resolve(route);

    public async Task<ModelResult> CompleteAsync(ModelCall call, CancellationToken cancellationToken)
    {
        var walk = catalog.Walk(call);
        while (true)
        {
            var next = walk.Call;
            var result = await Worker(next).Complete(next, cancellationToken);
            if (!walk.Next(result))
            {
                return walk.Finish(result);
            }
        }
    }

    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var walk = catalog.Walk(call);
        ModelResult? result;
        do
        {
            var next = walk.Call;
            var hasText = false;
            result = null;
            await foreach (var one in Worker(next).Stream(next, cancellationToken).WithCancellation(cancellationToken))
            {
                if (one.Result is { } outcome)
                {
                    result = outcome;
                    continue;
                }

                hasText = !one.Restarted && (hasText || one.Delta is { Length: > 0 });
                yield return one;
            }

            if (result is null || !walk.Next(result))
            {
                break;
            }

            // What the candidate before has sent is closed; the next one begins an item of its own (invariant 7).
            if (hasText)
            {
                yield return new ModelEvent { Restarted = true };
            }
        }
        while (true);

        if (result is not null)
        {
            yield return new ModelEvent { Result = walk.Finish(result) };
        }
    }

    private IVendorGrain Worker(ModelCall call) => _workers.GetOrAdd(
        (call.Vendor, call.Model),
        static (key, factory) => factory.GetGrain<IVendorGrain>($"{key.Vendor}/{key.Model}"),
        grains);
}
