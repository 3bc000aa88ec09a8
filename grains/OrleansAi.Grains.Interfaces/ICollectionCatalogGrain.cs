using OrleansAi.Contracts.Collections;

namespace OrleansAi.Grains;

/// <summary>Which collections a tenant has; the tenant's id is the key.</summary>
[Alias("orleansai.grains.collection-catalog")]
public interface ICollectionCatalogGrain : IGrainWithStringKey
{
    /// <summary>Enters a collection before it is made, so that none is ever out of the catalog.</summary>
    [Alias("enter")]
    Task Enter(string id);

    /// <summary>Takes a deleted collection out.</summary>
    [Alias("remove")]
    Task Remove(string id);

    /// <summary>A page of collections.</summary>
    [Alias("list")]
    Task<CollectionPage> List(CollectionQuery query);
}
