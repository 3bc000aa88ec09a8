using System.Text;
using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Collections.Ingestion;

/// <summary>
/// Deletes from the store what no version that can be read refers to. The collection's stream says what that is before anything is deleted, and
/// that it is done only afterwards; what a crash cuts off in between is done again, which changes nothing.
/// </summary>
internal sealed class UnneededRelease(
    CollectionLedger ledger, CollectionContents contents, IJournal journal, IdSource ids, TimeProvider time, Action<string> passed)
{
    private const int ContentsAtOnce = 16;
    private const int DocumentsAtOnce = 64;

    /// <summary>Deletes some of it.</summary>
    /// <returns>True when there may be more.</returns>
    public async Task<bool> ReleaseAsync()
    {
        var state = ledger.State;
        if (!state.HasUnneeded)
        {
            return false;
        }

        passed(IngestionStage.Unneeded);
        var isAll = state.Status == CollectionStatus.Deleted && !state.IsEmptied;
        string[] roots = [.. state.UnneededContents.Take(ContentsAtOnce)];
        string[] documents = [.. state.UnneededDocuments.Take(DocumentsAtOnce)];
        if (isAll)
        {
            await contents.ReleaseAllAsync();
        }
        else if (roots.Length > 0)
        {
            await contents.ReleaseAsync(ledger.Seal, roots);
        }

        passed(IngestionStage.ContentsReleased);
        await Task.WhenAll(documents.Select(ReleaseVectorsAsync));
        passed(IngestionStage.Released);
        await ledger.AppendAsync(again => CollectionDecisions.Release(
            again, new UnneededReleased { Contents = roots, Documents = documents, IsAll = isAll }));
        passed(IngestionStage.ReleaseNoted);
        return true;
    }

    // Who ingests the document at this moment finds its cache empty, and embeds again.
    private async Task ReleaseVectorsAsync(string document)
    {
        var stream = StreamNames.CollectionDocument(StreamNames.Collection(ledger.Tenant, ledger.Id), document);
        var head = await journal.ReadBackwardAsync(stream, long.MaxValue, 1, [], CancellationToken.None);
        if (head.Count == 0 || head[0].Kind == RecordKind.ContentsReleased)
        {
            return;
        }

        var record = new NewRecord(
            ids.NewRecordId(), RecordKind.ContentsReleased, Encoding.UTF8.GetBytes("{}"), time.GetUtcNow().ToUnixTimeMilliseconds());
        var outcome = await journal.AppendAsync(
            new JournalAppend(stream, head[0].Position, [record]) { Release = ContentRelease.All }, CancellationToken.None);
        if (outcome.Status != AppendStatus.Committed)
        {
            throw CollectionErrors.Moved();
        }
    }
}
