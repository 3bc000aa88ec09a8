using OrleansAi.Contracts.Retrieval;

namespace OrleansAi.Grains.Retrieval;

/// <summary>The product's own documentation as a collection, once it is there: what the built-in model is told out of by default.</summary>
public sealed class BuiltinDocumentation
{
    /// <summary>The collection's id.</summary>
    public const string CollectionId = "vs_orleansaidocumentation";

    private const int MostPassages = 4;
    private const int MostTokens = 2_000;

    private volatile string? _tenant;

    /// <summary>True when it can be searched.</summary>
    public bool IsReady => _tenant is not null;

    /// <summary>Says that it can be searched from now on.</summary>
    /// <param name="tenant">The tenant whose collection it is.</param>
    public void SetReady(string tenant) => _tenant = tenant;

    /// <summary>What a turn of the built-in model is told; null while there is nothing to be told, and for every other tenant.</summary>
    internal RouteRetrieval? For(string tenant) => tenant == _tenant
        ? new RouteRetrieval { Collections = [CollectionId], MaxResults = MostPassages, MaxTokens = MostTokens, IsOptional = true }
        : null;
}
