using OrleansAi.Vendors.Routing;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>A logical name of an embedding model.</summary>
/// <param name="Name">What callers call it.</param>
/// <param name="Candidates">What it leads to, best first; at least one.</param>
/// <param name="MaxCalls">The most calls to vendors for one batch.</param>
/// <param name="ReturnAfter">How long a candidate that failed is passed over.</param>
internal sealed record EmbeddingRoute(string Name, IReadOnlyList<Candidate> Candidates, int MaxCalls, TimeSpan ReturnAfter);
