using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Vendors.Routing;

/// <summary>A vendor's model that a route may lead to.</summary>
/// <param name="Vendor">The vendor's configured name.</param>
/// <param name="Model">The vendor's name of the model.</param>
/// <param name="Pinned">True when no other model may answer.</param>
/// <param name="Prices">What tokens cost; null where that is not configured.</param>
public sealed record Candidate(string Vendor, string Model, bool Pinned = false, TokenPrices? Prices = null);

/// <summary>Where a route leads now.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="PassedOver">The better ones that are in trouble, best first.</param>
/// <param name="NoneUsable">True when all are in trouble, so that this is the first of them.</param>
public sealed record RouteChoice(Candidate Candidate, IReadOnlyList<PassedOverCandidate> PassedOver, bool NoneUsable);

/// <summary>A logical model name.</summary>
/// <param name="Name">What callers call it.</param>
/// <param name="Candidates">What it leads to, best first; at least one.</param>
public sealed record Route(string Name, IReadOnlyList<Candidate> Candidates)
{
    /// <summary>The route that takes over when the input is too long; null for none.</summary>
    public string? ContextLengthRoute { get; init; }

    /// <summary>The route that takes over when a policy refuses the input; null for none.</summary>
    public string? ContentPolicyRoute { get; init; }

    /// <summary>What turns of the route are told out of collections; null for nothing but what they ask for.</summary>
    public RouteRetrieval? Retrieval { get; init; }

    /// <summary>The most calls to vendors for one model execution.</summary>
    public int MaxCalls { get; init; } = RouteOptions.DefaultMaxCalls;

    /// <summary>How long a candidate that failed is passed over.</summary>
    public TimeSpan ReturnAfter { get; init; } = TimeSpan.FromSeconds(RouteOptions.DefaultReturnAfterSeconds);
}
