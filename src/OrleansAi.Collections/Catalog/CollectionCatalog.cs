using System.Text.Json;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;

namespace OrleansAi.Collections.Catalog;

/// <summary>
/// Which collections a tenant has. One is entered before it is made, so the catalog may name some that are not there. Not safe for several
/// threads; a grain owns it.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="ids">Makes record ids.</param>
/// <param name="time">The clock.</param>
/// <param name="tenant">The tenant.</param>
public sealed class CollectionCatalog(IJournal journal, IdSource ids, TimeProvider time, string tenant)
{
    /// <summary>The most collections of a tenant.</summary>
    public const int MostCollections = 10_000;

    private const int PageSize = 256;
    private const int SnapshotEvery = 500;
    private readonly string _stream = StreamNames.Collections(tenant);
    private SortedSet<string>? _known;
    private long _position;
    private int _sinceSnapshot;

    /// <summary>Enters a collection. Doing it again changes nothing.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>: there are as many as there may be.</exception>
    public async Task EnterAsync(string id)
    {
        var known = await LoadAsync();
        if (known.Contains(id))
        {
            return;
        }

        if (known.Count >= MostCollections)
        {
            throw CollectionErrors.Invalid($"There are {known.Count} vector stores, as many as there may be; delete some.", "name");
        }

        await AppendAsync(RecordKind.CollectionEntered, [id]);
    }

    /// <summary>Takes a collection out. Doing it again changes nothing.</summary>
    public async Task RemoveAsync(string id)
    {
        if ((await LoadAsync()).Contains(id))
        {
            await AppendAsync(RecordKind.CollectionLeft, [id]);
        }
    }

    /// <summary>A page of collections.</summary>
    /// <param name="query">Which.</param>
    /// <param name="find">Gives a collection, or null when it is not there.</param>
    public async Task<CollectionPage> ListAsync(CollectionQuery query, Func<string, Task<CollectionView?>> find)
    {
        var known = (await LoadAsync()).ToList();
        var (after, before, found) = (query.After, query.Before, new List<CollectionView>());
        while (true)
        {
            var left = query.Limit + 1 - found.Count;
            var (page, hasMore) = Pages.Of(known, static id => id, after, before, query.Ascending, left);
            var views = (await Task.WhenAll(page.Select(find))).OfType<CollectionView>().ToList();
            var isBackward = before is not null && after is null;
            found.InsertRange(isBackward ? 0 : found.Count, views);
            if (!hasMore || found.Count > query.Limit)
            {
                var most = Math.Min(query.Limit, found.Count);
                return new CollectionPage
                {
                    Collections = [.. isBackward ? found.TakeLast(most) : found.Take(most)],
                    HasMore = found.Count > query.Limit,
                };
            }

            (after, before) = isBackward ? (after, page[0]) : (page[^1], before);
        }
    }

    private async Task AppendAsync(RecordKind kind, IReadOnlyList<string> entries)
    {
        try
        {
            await WriteAsync(kind, entries);
            if (_sinceSnapshot >= Math.Max(SnapshotEvery, _known!.Count))
            {
                await WriteAsync(RecordKind.CollectionCatalogSnapshot, [.. _known]);
            }
        }
        catch
        {
            // Somebody else wrote, or nobody knows: what is there is read before the next step.
            _known = null;
            throw;
        }
    }

    private async Task WriteAsync(RecordKind kind, IReadOnlyList<string> entries)
    {
        var record = new NewRecord(
            ids.NewRecordId(),
            kind,
            JsonSerializer.SerializeToUtf8Bytes(entries, CatalogJsonContext.Default.IReadOnlyListString),
            time.GetUtcNow().ToUnixTimeMilliseconds());
        var outcome = await journal.AppendAsync(new JournalAppend(_stream, _position, [record]), CancellationToken.None);
        if (outcome.Status != AppendStatus.Committed)
        {
            throw CollectionErrors.Moved();
        }

        _position++;
        Apply(_known!, kind, entries);
    }

    private async Task<SortedSet<string>> LoadAsync()
    {
        if (_known is not null)
        {
            return _known;
        }

        var known = new SortedSet<string>(StringComparer.Ordinal);
        var snapshot = await journal.ReadBackwardAsync(_stream, long.MaxValue, 1, [RecordKind.CollectionCatalogSnapshot], CancellationToken.None);
        _position = snapshot.Count > 0 ? snapshot[0].Position - 1 : 0;
        while (true)
        {
            var page = await journal.ReadForwardAsync(_stream, _position, PageSize, [], CancellationToken.None);
            foreach (var record in page)
            {
                _position = record.Position;
                Apply(known, record.Kind, JsonSerializer.Deserialize(record.Body.Span, CatalogJsonContext.Default.IReadOnlyListString)!);
            }

            if (page.Count < PageSize)
            {
                return _known = known;
            }
        }
    }

    private void Apply(SortedSet<string> known, RecordKind kind, IReadOnlyList<string> entries)
    {
        _sinceSnapshot++;
        if (kind == RecordKind.CollectionCatalogSnapshot)
        {
            known.Clear();
            _sinceSnapshot = 0;
        }

        if (kind == RecordKind.CollectionLeft)
        {
            known.ExceptWith(entries);
        }
        else
        {
            known.UnionWith(entries);
        }
    }
}
