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
    private const int MostSteps = 100;

    // What a page holds, and what is read at once, but for one turn.
    private const long MostPageBytes = 8 << 20;

    private static readonly RecordKind[] TurnKinds = [RecordKind.RunEnded, RecordKind.ItemsAdded];
    private static readonly RecordKind[] StepKinds = [RecordKind.RunStepped];
    private static readonly RecordKind[] DeletionKinds = [RecordKind.ItemsDeleted, RecordKind.ConversationDeleted];

    /// <summary>A page.</summary>
    /// <exception cref="OrleansAiException">The item to begin after is not in the conversation.</exception>
    public async Task<ItemPage> ListAsync(ConversationState state, ItemQuery query, CancellationToken cancellationToken)
    {
        var page = new PageBuilder(query.Limit);
        var open = OpenItems(state);
        if (!query.Ascending)
        {
            open.Reverse();
        }

        var start = query.After is { } skipped ? open.FindIndex(item => item.Id == skipped) + 1 : 0;
        long? after = null;
        if (query.After is { } last && start == 0)
        {
            after = (await FindTurnAsync(state, last, cancellationToken) ?? throw NotFound(state, last)).EndedPosition;
        }

        // Open runs are the newest, so they come last, or first.
        _ = query.Ascending
            ? (start > 0 || await AddTurnsAsync(state, page, query, after, cancellationToken)) && page.AddAll(open.Skip(start))
            : (after is not null || page.AddAll(open.Skip(start))) && await AddTurnsAsync(state, page, query, after, cancellationToken);
        return new ItemPage { Items = page.Items, HasMore = page.HasMore };
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
                IReadOnlyList<KeyPath> exchange =
                [
                    KeyPath.OfUnit(position, ContentUnits.Exchange),
                    .. (await SteppedAsync(stream, ended.RunId, ended.AdmittedPosition, position, cancellationToken)).Select(KeyPath.OfRecord),
                ];
                var admission = await reader.ResolveAsync(
                    stream, await journal.ReadAtAsync(stream, [ended.AdmittedPosition], cancellationToken), cancellationToken);
                var admitted = (RunAdmittedBody)admission[0].Body;
                if (Place(admitted.Input) is { } asked)
                {
                    return [KeyPath.OfUnit(ended.AdmittedPosition, ContentUnits.OfItem(asked)), .. exchange];
                }

                return OutputItems.UnitsOf(ended, admitted.Stream, itemId) is { } units
                    ? [.. exchange, .. units.Select(unit => KeyPath.OfUnit(position, unit))]
                    : throw NotFound(state, itemId);
            default:
                throw NotFound(state, itemId);
        }

        int? Place(IReadOnlyList<StoredItem> items) =>
            items.Select(static (item, index) => (item.Id, Index: (int?)index)).FirstOrDefault(item => item.Id == itemId).Index;
    }

    /// <summary>Where the steps of a run are recorded besides its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="runId">The run.</param>
    /// <param name="admitted">Where its admission stands.</param>
    /// <param name="ended">Where its end stands; null while it is open.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public async Task<IReadOnlyList<long>> SteppedAsync(
        string stream, string runId, long admitted, long? ended, CancellationToken cancellationToken)
    {
        var positions = new List<long>();
        for (var after = admitted; ;)
        {
            var page = await journal.ReadForwardAsync(stream, after, MostSteps, StepKinds, cancellationToken);
            foreach (var record in RecordReader.Read(page).Where(record => record.Position < (ended ?? long.MaxValue)))
            {
                if (record.Body is RunSteppedBody stepped && stepped.RunId == runId)
                {
                    positions.Add(record.Position);
                }
            }

            if (page.Count < MostSteps || page[^1].Position >= ended)
            {
                return positions;
            }

            after = page[^1].Position;
        }
    }

    /// <summary>The newest turns before a place of another conversation, oldest first: the past of a fork.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="fork">The place.</param>
    /// <param name="most">How much is enough. More is given where there is more, so that it can be told.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.PreviousResponseNotFound"/>: the conversation was deleted.</exception>
    public async Task<IReadOnlyList<Turn>> PastAsync(string tenant, ForkPoint fork, ContextSize most, CancellationToken cancellationToken)
    {
        var past = new List<Turn>();
        var size = default(ContextSize);
        for (ForkPoint? place = fork; place is not null && size.FitsInto(most);)
        {
            var stream = StreamNames.Conversation(tenant, place.ConversationId);
            var deleted = await DeletedAsync(stream, place, cancellationToken);
            var before = place.Position + 1;

            // The newest comes first, so that what replaces a turn is met before it; and of what came after the place nothing is.
            var replaced = new HashSet<string>(StringComparer.Ordinal);
            while (size.FitsInto(most))
            {
                var page = await journal.ReadBackwardAsync(stream, before, most.Items, TurnKinds, cancellationToken);
                var (turns, taken) = await TurnsAsync(stream, page, MostPageBytes, cancellationToken);
                foreach (var turn in turns)
                {
                    past.Add(turn.Without(deleted).Without(replaced).From(place.ConversationId));
                    if (turn.Replaces is { } run)
                    {
                        replaced.Add(run);
                    }

                    size += past[^1].Size;
                }

                if (page.Count < most.Items && taken == page.Count)
                {
                    break;
                }

                before = page[taken - 1].Position;
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
            foreach (var turn in (await TurnsAsync(stream, records, long.MaxValue, cancellationToken)).Turns)
            {
                turns[(source.Key, turn.EndedPosition)] = turn.Without(deleted).From(source.Key);
            }
        }

        var replaced = turns.Values.Select(static turn => turn.Replaces).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. inherited.Select(turn => turns[(turn.Conversation, turn.Ended)].Without(replaced))];
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

    // False when the page is full. Of one turn more than fits at most, the contents are read.
    private async Task<bool> AddTurnsAsync(
        ConversationState state, PageBuilder page, ItemQuery query, long? after, CancellationToken cancellationToken)
    {
        var stream = Stream(state);
        var hidden = state.Hidden;
        var isFound = after is null;
        var next = after is { } at
            ? query.Ascending ? at - 1 : at + 1
            : query.Ascending ? 0 : state.Position + 1;
        while (true)
        {
            var records = query.Ascending
                ? await journal.ReadForwardAsync(stream, next, query.Limit + 2, TurnKinds, cancellationToken)
                : await journal.ReadBackwardAsync(stream, next, query.Limit + 2, TurnKinds, cancellationToken);
            if (records.Count == 0)
            {
                return true;
            }

            var (turns, taken) = await TurnsAsync(stream, records, page.Room, cancellationToken);
            foreach (var turn in turns.Select(turn => turn.Without(hidden)))
            {
                foreach (var item in query.Ascending ? turn.Items : turn.Items.Reverse())
                {
                    if (!isFound)
                    {
                        isFound = item.Id == query.After;
                    }
                    else if (!page.TryAdd(item))
                    {
                        return false;
                    }
                }
            }

            next = records[taken - 1].Position;
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
        var turn = (await TurnsAsync(stream, record, long.MaxValue, cancellationToken)).Turns.FirstOrDefault()?.Without(state.Hidden);
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

    // Turns of the first records whose contents are no more than so many bytes, or of the first one alone; how many were taken.
    private async Task<(IReadOnlyList<Turn> Turns, int Taken)> TurnsAsync(
        string stream, IReadOnlyList<JournalRecord> records, long mostBytes, CancellationToken cancellationToken)
    {
        var ends = await reader.OpenAsync(stream, records, cancellationToken);
        long[] admissions = [.. ends.Select(static end => end.Body).OfType<RunEndedBody>().Select(static end => end.AdmittedPosition)];
        var admitted = admissions.Length == 0
            ? []
            : (await reader.OpenAsync(stream, await journal.ReadAtAsync(stream, admissions, cancellationToken), cancellationToken))
                .ToDictionary(static record => record.Position, static record => (RunAdmittedBody)record.Body);
        var taken = 0;
        var bodies = new List<RecordBody>();
        for (var bytes = 0L; taken < ends.Count; taken++)
        {
            RecordBody[] needed = ends[taken].Body switch
            {
                RunEndedBody ended when admitted[ended.AdmittedPosition].Forget => [],
                RunEndedBody ended => [ended, admitted[ended.AdmittedPosition]],
                var other => [other],
            };
            bytes += needed.Sum(RecordReader.SizeOf);
            if (taken > 0 && bytes > mostBytes)
            {
                break;
            }

            bodies.AddRange(needed);
        }

        await reader.ResolveAsync(stream, bodies, cancellationToken);
        return
        (
            [
                .. ends.Take(taken)
                    .Where(end => end.Body is ItemsAddedBody || (end.Body is RunEndedBody ended && !admitted[ended.AdmittedPosition].Forget))
                    .Select(end => end.Body is RunEndedBody ended
                        ? Turn.Of(admitted[ended.AdmittedPosition], ended, end.Position)
                        : Turn.Of((ItemsAddedBody)end.Body, end.Position)),
            ],
            taken);
    }

    /// <summary>A page while it is put together: full with so many items, or with so much content.</summary>
    private sealed class PageBuilder(int limit)
    {
        private long _length;

        public List<Item> Items { get; } = [];

        /// <summary>How much content there is room for.</summary>
        public long Room => MostPageBytes - _length;

        /// <summary>True when an item did not fit.</summary>
        public bool HasMore { get; private set; }

        public bool TryAdd(Item item)
        {
            var length = ContextSize.Of(item).Length;
            if (Items.Count == limit || (Items.Count > 0 && length > Room))
            {
                HasMore = true;
                return false;
            }

            Items.Add(item);
            _length += length;
            return true;
        }

        public bool AddAll(IEnumerable<Item> items) => items.All(TryAdd);
    }
}
