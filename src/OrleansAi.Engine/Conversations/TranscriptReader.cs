using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Conversations;

/// <summary>
/// Pages through a transcript of any length. The transcript is the turns in the order of their ends, then what the open
/// runs were asked.
/// </summary>
public sealed class TranscriptReader(IJournalReader journal, RecordReader reader)
{
    private const int MostDeletions = 10_000;

    private static readonly RecordKind[] TurnKinds = [RecordKind.RunEnded, RecordKind.ItemsAdded];
    private static readonly RecordKind[] DeletionKinds = [RecordKind.ItemsDeleted, RecordKind.ConversationDeleted];

    /// <summary>A page.</summary>
    /// <exception cref="OrleansAiException">The item to begin after is not in the conversation.</exception>
    public async Task<ItemPage> ListAsync(ConversationState state, ItemQuery query, CancellationToken cancellationToken)
    {
        var items = new List<Item>();
        var open = OpenItems(state);
        var skipping = query.After;
        long? after = null;
        if (skipping is not null && !open.Exists(item => item.Id == skipping))
        {
            after = (await FindTurnAsync(state, skipping, cancellationToken)
                ?? throw NotFound(state, skipping)).EndedPosition;
        }

        if (query.Ascending)
        {
            if (skipping is null || after is not null)
            {
                await AddTurnsAsync(state, items, query, after, cancellationToken);
            }

            items.AddRange(open);
        }
        else
        {
            if (after is null)
            {
                items.AddRange(Enumerable.Reverse(open));
            }

            await AddTurnsAsync(state, items, query, after, cancellationToken);
        }

        if (skipping is not null)
        {
            items.RemoveRange(0, items.FindIndex(item => item.Id == skipping) + 1);
        }

        var hasMore = items.Count > query.Limit;
        return new ItemPage { Items = hasMore ? items[..query.Limit] : items, HasMore = hasMore };
    }

    /// <summary>One item.</summary>
    /// <exception cref="OrleansAiException">The item is not in the conversation.</exception>
    public async Task<Item> GetAsync(ConversationState state, string itemId, CancellationToken cancellationToken) =>
        OpenItems(state).Find(item => item.Id == itemId)
        ?? (await FindTurnAsync(state, itemId, cancellationToken))?.Items.FirstOrDefault(item => item.Id == itemId)
        ?? throw NotFound(state, itemId);

    /// <summary>The keys to an item, and to what of its run contains it besides.</summary>
    /// <exception cref="OrleansAiException">The item is not in the conversation.</exception>
    public async Task<IReadOnlyList<KeyPath>> KeysOfAsync(ConversationState state, string itemId, CancellationToken cancellationToken)
    {
        var stream = Stream(state);
        var position = await LocateAsync(state, itemId, cancellationToken) ?? throw NotFound(state, itemId);
        var records = await reader.ResolveAsync(stream, await journal.ReadAtAsync(stream, [position], cancellationToken), cancellationToken);
        switch (records.FirstOrDefault().Body)
        {
            case ItemsAddedBody added when Place(added.Items) is { } place:
                return [KeyPath.OfUnit(position, ContentUnits.OfItem(place))];
            case RunEndedBody ended:
                var exchange = KeyPath.OfUnit(position, ContentUnits.Exchange);
                var admission = await reader.ResolveAsync(
                    stream, await journal.ReadAtAsync(stream, [ended.AdmittedPosition], cancellationToken), cancellationToken);
                var admitted = (RunAdmittedBody)admission[0].Body;
                if (Place(admitted.Input) is { } asked)
                {
                    return [KeyPath.OfUnit(ended.AdmittedPosition, ContentUnits.OfItem(asked)), exchange];
                }

                return OutputItems.UnitsOf(ended, admitted.Stream, itemId) is { } units
                    ? [exchange, .. units.Select(unit => KeyPath.OfUnit(position, unit))]
                    : throw NotFound(state, itemId);
            default:
                throw NotFound(state, itemId);
        }

        int? Place(IReadOnlyList<StoredItem> items) =>
            items.Select(static (item, index) => (item.Id, Index: (int?)index)).FirstOrDefault(item => item.Id == itemId).Index;
    }

    /// <summary>The newest turns before a place of another conversation, oldest first: the past of a fork.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="fork">The place.</param>
    /// <param name="most">How many items are enough.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.PreviousResponseNotFound"/>: the conversation was deleted.</exception>
    public async Task<IReadOnlyList<Turn>> PastAsync(string tenant, ForkPoint fork, int most, CancellationToken cancellationToken)
    {
        var past = new List<Turn>();
        var items = 0;
        for (ForkPoint? place = fork; place is not null && items < most;)
        {
            var stream = StreamNames.Conversation(tenant, place.ConversationId);
            var deleted = await DeletedAsync(stream, place, cancellationToken);
            var before = place.Position + 1;
            while (items < most)
            {
                var page = await journal.ReadBackwardAsync(stream, before, most, TurnKinds, cancellationToken);
                foreach (var turn in await TurnsAsync(stream, page, cancellationToken))
                {
                    past.Add(turn.Without(deleted).From(place.ConversationId));
                    items += turn.Items.Count;
                }

                if (page.Count < most)
                {
                    break;
                }

                before = page[^1].Position;
            }

            var first = await reader.ResolveAsync(
                stream, await journal.ReadAtAsync(stream, [1], cancellationToken), cancellationToken);
            place = (first.FirstOrDefault().Body as RunAdmittedBody)?.Fork;
        }

        past.Reverse();
        return past;
    }

    /// <summary>The turns that a snapshot names of other conversations, in order.</summary>
    public async Task<IReadOnlyList<Turn>> InheritedAsync(
        string tenant, IReadOnlyList<InheritedTurn> inherited, CancellationToken cancellationToken)
    {
        var turns = new Dictionary<(string, long), Turn>();
        foreach (var source in inherited.GroupBy(static turn => turn.Conversation))
        {
            var stream = StreamNames.Conversation(tenant, source.Key);
            var deleted = await DeletedAsync(stream, fork: null, cancellationToken);
            var records = await journal.ReadAtAsync(stream, [.. source.Select(static turn => turn.Ended)], cancellationToken);
            foreach (var turn in await TurnsAsync(stream, records, cancellationToken))
            {
                turns[(source.Key, turn.EndedPosition)] = turn.Without(deleted).From(source.Key);
            }
        }

        return [.. inherited.Select(turn => turns[(turn.Conversation, turn.Ended)])];
    }

    /// <summary>The ids of the items and runs that were deleted from a conversation; of one that was deleted itself, everything is.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.PreviousResponseNotFound"/>: the conversation was deleted.</exception>
    public Task<IReadOnlySet<string>> DeletedAsync(string tenant, string conversation, CancellationToken cancellationToken) =>
        DeletedAsync(StreamNames.Conversation(tenant, conversation), new ForkPoint { ConversationId = conversation, Position = 0 }, cancellationToken);

    private async Task<IReadOnlySet<string>> DeletedAsync(string stream, ForkPoint? fork, CancellationToken cancellationToken)
    {
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        var records = await journal.ReadBackwardAsync(stream, long.MaxValue, MostDeletions, DeletionKinds, cancellationToken);
        foreach (var body in records.Select(RecordSerializer.Deserialize))
        {
            if (body is ItemsDeletedBody gone)
            {
                deleted.UnionWith(gone.Ids);
            }
            else if (fork is not null)
            {
                throw new OrleansAiException(ErrorCodes.PreviousResponseNotFound, "The response to continue from was deleted.")
                {
                    Param = "previous_response_id",
                };
            }
        }

        return deleted;
    }

    private static List<Item> OpenItems(ConversationState state) =>
        [
            .. state.Open.Where(static run => !run.Admitted.Forget)
                .SelectMany(static run => run.Admitted.Input).Select(static item => item.ToItem()),
        ];

    private static OrleansAiException NotFound(ConversationState state, string itemId) =>
        new(ErrorCodes.ItemNotFound, $"There is no item '{itemId}' in conversation '{state.Id}'.");

    private static string Stream(ConversationState state) => StreamNames.Conversation(state.Tenant, state.Id);

    // Reads on until there are enough items: a turn has one item at least, so the number of reads is bounded by the limit.
    private async Task AddTurnsAsync(
        ConversationState state, List<Item> items, ItemQuery query, long? after, CancellationToken cancellationToken)
    {
        var stream = Stream(state);
        var wanted = query.Limit + 2 + (after is null ? 0 : 100);
        var next = after is { } at
            ? query.Ascending ? at - 1 : at + 1
            : query.Ascending ? 0 : state.Position + 1;
        while (items.Count < wanted)
        {
            var page = query.Ascending
                ? await journal.ReadForwardAsync(stream, next, wanted, TurnKinds, cancellationToken)
                : await journal.ReadBackwardAsync(stream, next, wanted, TurnKinds, cancellationToken);
            if (page.Count == 0)
            {
                return;
            }

            foreach (var turn in (await TurnsAsync(stream, page, cancellationToken)).Select(turn => turn.Without(state.Deleted)))
            {
                items.AddRange(query.Ascending ? turn.Items : turn.Items.Reverse());
            }

            next = page[^1].Position;
        }
    }

    private async Task<Turn?> FindTurnAsync(ConversationState state, string itemId, CancellationToken cancellationToken)
    {
        if (await LocateAsync(state, itemId, cancellationToken) is not { } position)
        {
            return null;
        }

        var stream = Stream(state);
        var record = await journal.ReadAtAsync(stream, [position], cancellationToken);
        var turn = (await TurnsAsync(stream, record, cancellationToken)).FirstOrDefault()?.Without(state.Deleted);
        return turn is not null && turn.Items.Any(item => item.Id == itemId) ? turn : null;
    }

    // Where the turn with an item ends.
    private async Task<long?> LocateAsync(ConversationState state, string itemId, CancellationToken cancellationToken)
    {
        var (runKey, position) = ItemIds.Locate(itemId);
        if (runKey is null)
        {
            return position;
        }

        var entry = await journal.FindRunAsync(state.Tenant, IdPrefixes.Response + runKey, cancellationToken)
            ?? await journal.FindRunAsync(state.Tenant, IdPrefixes.ChatCompletion + runKey, cancellationToken);
        return entry is not null && entry.Conversation == state.Id ? entry.EndedPosition : null;
    }

    private async Task<IReadOnlyList<Turn>> TurnsAsync(
        string stream, IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        var ends = await reader.ResolveAsync(stream, records, cancellationToken);
        long[] admissions = [.. ends.Select(static end => end.Body).OfType<RunEndedBody>().Select(static end => end.AdmittedPosition)];
        var admitted = admissions.Length == 0
            ? []
            : (await reader.ResolveAsync(
                stream, await journal.ReadAtAsync(stream, admissions, cancellationToken), cancellationToken))
                .ToDictionary(static record => record.Position, static record => record.Body);
        RunAdmittedBody Admission(RunEndedBody ended) => (RunAdmittedBody)admitted[ended.AdmittedPosition];
        return
        [
            .. ends.Where(end => end.Body is ItemsAddedBody || (end.Body is RunEndedBody ended && !Admission(ended).Forget))
                .Select(end => end.Body is RunEndedBody ended
                    ? Turn.Of(Admission(ended), ended, end.Position)
                    : Turn.Of((ItemsAddedBody)end.Body, end.Position)),
        ];
    }
}
