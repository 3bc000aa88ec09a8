using OrleansAi.Collections.Catalog;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Grains.Conversations;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Collections;

/// <summary>The owner of a tenant's catalog of collections.</summary>
internal sealed class CollectionCatalogGrain(IJournal journal, IdSource ids, TimeProvider time, IGrainContext context)
    : Grain, ICollectionCatalogGrain
{
    private readonly string _tenant = context.GrainId.Key.ToString()!;
    private readonly CollectionCatalog _catalog = new(new GrainJournal(journal), ids, time, context.GrainId.Key.ToString()!);

    public Task Enter(string id) => _catalog.EnterAsync(id);

    public Task Remove(string id) => _catalog.RemoveAsync(id);

    public Task<CollectionPage> List(CollectionQuery query) => _catalog.ListAsync(query, FindAsync);

    private async Task<CollectionView?> FindAsync(string id)
    {
        try
        {
            return await GrainFactory.GetGrain<ICollectionGrain>(StreamNames.Collection(_tenant, id)).Get();
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.CollectionNotFound)
        {
            return null;
        }
    }
}
