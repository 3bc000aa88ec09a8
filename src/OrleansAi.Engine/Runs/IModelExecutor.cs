using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Runs;

/// <summary>A vendor's model that a route leads to.</summary>
/// <param name="Vendor">The vendor's configured name.</param>
/// <param name="Model">The vendor's name of the model.</param>
public sealed record ModelTarget(string Vendor, string Model)
{
    /// <summary>The better candidates that are in trouble, best first.</summary>
    public IReadOnlyList<PassedOverCandidate> PassedOver { get; init; } = [];

    /// <summary>True when all candidates are in trouble, so that this is the first of them.</summary>
    public bool NoneUsable { get; init; }
}

/// <summary>The way from a run to the vendors.</summary>
public interface IModelExecutor
{
    /// <summary>Makes sure that there is a route.</summary>
    /// <exception cref="Contracts.Errors.OrleansAiException">There is no such route.</exception>
    void Check(string route);

    /// <summary>Decides where a route leads now.</summary>
    /// <exception cref="Contracts.Errors.OrleansAiException">There is no such route.</exception>
    ModelTarget Resolve(string route);

    /// <summary>What a route says about retrieval; null where it says nothing.</summary>
    /// <exception cref="Contracts.Errors.OrleansAiException">There is no such route.</exception>
    RouteRetrieval? RetrievalOf(string route) => null;

    /// <summary>Makes a call. A vendor's trouble is a value in the result.</summary>
    Task<ModelResult> CompleteAsync(ModelCall call, CancellationToken cancellationToken);

    /// <summary>Makes a call and streams it. The last event has the result.</summary>
    IAsyncEnumerable<ModelEvent> StreamAsync(ModelCall call, CancellationToken cancellationToken);
}
