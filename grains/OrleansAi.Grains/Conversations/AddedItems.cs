using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Grains.Conversations;

/// <summary>Items that a caller puts into a conversation without a turn.</summary>
/// <param name="ledger">The conversation's records.</param>
/// <param name="ids">Makes their ids.</param>
internal sealed class AddedItems(ConversationLedger ledger, IdSource ids)
{
    /// <summary>Appends items, all of them or none.</summary>
    /// <returns>The items with their ids.</returns>
    public async Task<IReadOnlyList<Item>> AppendAsync(IReadOnlyList<NewItem> items)
    {
        var added = new List<Item>();
        await ledger.AppendAsync((state, position) =>
        {
            if (!state.Exists)
            {
                throw ConversationGrain.NotFound(state.Id);
            }

            IReadOnlyList<StoredItem> stored =
            [
                .. items.Select((item, index) => StoredItem.Of(ItemIds.Added(item.Kind, ids, position, index), item)),
            ];
            added = [.. stored.Select(static item => item.ToItem())];
            return new Entry(new ItemsAddedBody { Items = stored });
        });
        return added;
    }
}
