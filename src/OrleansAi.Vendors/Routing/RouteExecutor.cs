using System.Runtime.CompilerServices;
using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Routing;

/// <summary>Carries a model execution out along its route, candidate by candidate.</summary>
/// <param name="catalog">The routes.</param>
/// <param name="complete">Makes one candidate's call.</param>
/// <param name="stream">Makes one candidate's call and streams it; the last event has the outcome.</param>
public sealed class RouteExecutor(
    VendorCatalog catalog,
    Func<ModelCall, CancellationToken, Task<ModelResult>> complete,
    Func<ModelCall, CancellationToken, IAsyncEnumerable<ModelEvent>> stream)
{
    /// <summary>Makes the call and returns its outcome; a vendor's trouble is a value in it.</summary>
    public async Task<ModelResult> CompleteAsync(ModelCall call, CancellationToken cancellationToken)
    {
        var walk = catalog.Walk(call);
        while (true)
        {
            var result = walk.Price(await complete(walk.Call, cancellationToken));
            if (!walk.Next(result))
            {
                return walk.Finish(result);
            }
        }
    }

    /// <summary>Makes the call and streams it; the last event has the outcome.</summary>
    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var walk = catalog.Walk(call);
        while (true)
        {
            var hasSent = false;
            ModelResult? result = null;
            await foreach (var one in stream(walk.Call, cancellationToken).WithCancellation(cancellationToken))
            {
                if (one.Result is { } outcome)
                {
                    result = walk.Price(outcome);
                    continue;
                }

                hasSent = !one.Restarted && (hasSent || one.Delta is { Length: > 0 } || one.Other is not null);
                yield return one;
            }

            if (result is null)
            {
                yield break;
            }

            if (!walk.Next(result))
            {
                yield return new ModelEvent { Result = walk.Finish(result) };
                yield break;
            }

            // What the candidate before has sent is closed; the next one begins an item of its own (invariant 7).
            if (hasSent)
            {
                yield return new ModelEvent { Restarted = true };
            }
        }
    }
}
