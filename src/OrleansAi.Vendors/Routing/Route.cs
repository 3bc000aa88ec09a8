namespace OrleansAi.Vendors.Routing;

/// <summary>A vendor's model that a route may lead to.</summary>
/// <param name="Vendor">The vendor's configured name.</param>
/// <param name="Model">The vendor's name of the model.</param>
public sealed record Candidate(string Vendor, string Model);

/// <summary>A logical model name.</summary>
/// <param name="Name">What callers call it.</param>
/// <param name="Candidates">What it leads to, best first; at least one.</param>
public sealed record Route(string Name, IReadOnlyList<Candidate> Candidates);
