using OrleansAi.Contracts.Collections;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Collections;

/// <summary>What happens while a collection is ingested, told from its stream: it can be taken up behind any event, at any owner.</summary>
/// <param name="collection">The collection.</param>
/// <param name="ledger">Its stream.</param>
/// <param name="journal">The journal.</param>
/// <param name="stream">The stream's name.</param>
public sealed class CollectionEvents(Collection collection, CollectionLedger ledger, IJournal journal, string stream)
{
    /// <summary>The most events of a page.</summary>
    public const int MostAtOnce = 256;

    private static readonly RecordKind[] Kinds =
    [
        RecordKind.IngestionBegun, RecordKind.DocumentAccepted, RecordKind.DocumentsIndexed, RecordKind.DocumentFailed, RecordKind.DocumentRemoved,
        RecordKind.IngestionEnded, RecordKind.ReindexBegun, RecordKind.IndexSwitched, RecordKind.ReindexAbandoned, RecordKind.CollectionExpired,
    ];

    /// <summary>The events behind one, or those that come within some time.</summary>
    /// <param name="after">The number of the last event that is known; 0 for none.</param>
    /// <param name="wait">For how long one is waited for.</param>
    /// <param name="time">The clock.</param>
    public async Task<CollectionEventPage> ReadAsync(long after, TimeSpan wait, TimeProvider time)
    {
        // Taken before the state is confirmed, so that nothing can happen between the look and the wait.
        var changed = ledger.Changed;
        var state = await collection.ReadAsync();
        var (isIdle, page) = (state.Ingestion is null, await PageAsync(after));
        if (page.Count == 0 && !isIdle && wait > TimeSpan.Zero)
        {
            await Task.WhenAny(changed, Task.Delay(wait, time));
            page = await PageAsync(after);
        }

        return new CollectionEventPage
        {
            Events = [.. page.SelectMany(EventsOf)],
            IsLast = isIdle && page.Count < MostAtOnce,
            Through = page.Count == 0 ? after : page[^1].Position,
        };
    }

    // Nothing is told that a read would not see.
    private async Task<IReadOnlyList<JournalRecord>> PageAsync(long after)
    {
        var page = await journal.ReadForwardAsync(stream, after, MostAtOnce, Kinds, CancellationToken.None);
        var known = ledger.State.Position;
        await ledger.SettleAsync();
        return [.. page.Where(record => record.Position <= known)];
    }

    private static IEnumerable<CollectionEvent> EventsOf(JournalRecord record)
    {
        var happened = CollectionChangeSerializer.Deserialize(record) switch
        {
            IngestionBegun => Event(CollectionEventKind.IngestionStarted),
            DocumentAccepted accepted => Event(CollectionEventKind.DocumentAccepted, new CollectionEventDocument { Id = accepted.Id }),
            DocumentsIndexed { Version: null } => null,
            DocumentsIndexed indexed => Event(
                CollectionEventKind.DocumentsCompleted,
                [.. indexed.Documents.Select(static document => new CollectionEventDocument { Id = document.Id, Chunks = document.Chunks })]) with { Version = indexed.Version },
            DocumentFailed failed => Event(
                CollectionEventKind.DocumentFailed,
                new CollectionEventDocument { Id = failed.Id, FailureCode = failed.Code, FailureMessage = failed.Message }),
            DocumentRemoved removed => Event(CollectionEventKind.DocumentRemoved, new CollectionEventDocument { Id = removed.Id }),
            IngestionEnded => Event(CollectionEventKind.IngestionCompleted),
            ReindexBegun => Event(CollectionEventKind.ReindexStarted),
            IndexSwitched => Event(CollectionEventKind.ReindexCompleted),
            ReindexAbandoned => Event(CollectionEventKind.ReindexAbandoned),
            _ => Event(CollectionEventKind.Expired),
        };
        return happened is null ? [] : [happened];

        CollectionEvent Event(CollectionEventKind kind, params IReadOnlyList<CollectionEventDocument> documents) =>
            new() { Sequence = record.Position, Kind = kind, At = record.At, Documents = documents };
    }
}
