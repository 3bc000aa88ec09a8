using System.Text.Json;
using OrleansAi.Contracts.Files;
using OrleansAi.Journal;

namespace OrleansAi.Files;

/// <summary>A tenant's files, folded from the records of its catalog.</summary>
internal sealed class FileCatalogState
{
    private static readonly Comparer<FileView> ById = Comparer<FileView>.Create(static (a, b) => string.CompareOrdinal(a.Id, b.Id));

    // In the order of their ids, which is that of their uploads.
    private readonly List<FileView> _files = [];
    private readonly Dictionary<string, long> _uploads = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);

    /// <summary>The position of the last record.</summary>
    public long Position { get; private set; }

    /// <summary>How many records came since the last snapshot.</summary>
    public int SinceSnapshot { get; private set; }

    /// <summary>How many files there are, uploads under way included.</summary>
    public int Count => _files.Count + _uploads.Count;

    /// <summary>True when a snapshot costs no more than what it saves.</summary>
    public bool WantsSnapshot => SinceSnapshot >= Math.Max(500, Count);

    /// <summary>Takes a record in.</summary>
    public void Apply(JournalRecord record)
    {
        Apply(record.Kind, record.Body.Span);
        Position = record.Position;
    }

    /// <summary>Takes in what was appended after <see cref="Position"/>.</summary>
    public void Apply(RecordKind kind, ReadOnlySpan<byte> body)
    {
        Position++;
        SinceSnapshot++;
        switch (kind)
        {
            case RecordKind.FileUploadBegun:
                var begun = JsonSerializer.Deserialize(body, FileJsonContext.Default.FileIdBody)!;
                _uploads[begun.Id] = begun.At;
                break;
            case RecordKind.FilePublished:
                Publish(JsonSerializer.Deserialize(body, FileJsonContext.Default.FileBody)!.ToView());
                break;
            case RecordKind.FileDeleted:
                Delete(JsonSerializer.Deserialize(body, FileJsonContext.Default.FileIdBody)!.Id);
                break;
            case RecordKind.FileErased:
                _deleted.Remove(JsonSerializer.Deserialize(body, FileJsonContext.Default.FileIdBody)!.Id);
                break;
            case RecordKind.FileCatalogSnapshot:
                Restore(JsonSerializer.Deserialize(body, FileJsonContext.Default.CatalogBody)!);
                break;
        }
    }

    /// <summary>A file that is there at a time, or null.</summary>
    public FileView? Find(string id, long now)
    {
        var index = IndexOf(id);
        return index >= 0 && IsThere(_files[index], now) ? _files[index] : null;
    }

    /// <summary>True for an upload under way.</summary>
    public bool IsUpload(string id) => _uploads.ContainsKey(id);

    /// <summary>True for a file that is deleted and whose content may still be there.</summary>
    public bool IsDeleted(string id) => _deleted.Contains(id);

    /// <summary>A page of the files that are there at a time.</summary>
    public FilePage List(FileQuery query, long now)
    {
        var start = query.After is not { } after ? (query.Ascending ? 0 : _files.Count - 1)
            : IndexOf(after) is >= 0 and var known ? known + (query.Ascending ? 1 : -1)
            : query.Ascending ? ~IndexOf(after) : ~IndexOf(after) - 1;
        var page = new List<FileView>(Math.Min(query.Limit + 1, _files.Count));
        for (var i = start; i >= 0 && i < _files.Count && page.Count <= query.Limit; i += query.Ascending ? 1 : -1)
        {
            if (IsThere(_files[i], now) && (query.Purpose is null || _files[i].Purpose == query.Purpose))
            {
                page.Add(_files[i]);
            }
        }

        return new FilePage { Files = [.. page.Take(query.Limit)], HasMore = page.Count > query.Limit };
    }

    /// <summary>What has to go: files whose time is over and uploads that were begun before a time.</summary>
    public IEnumerable<string> Overdue(long now, long begunBefore) =>
        _files.Where(file => !IsThere(file, now)).Select(static file => file.Id)
            .Concat(_uploads.Where(upload => upload.Value < begunBefore).Select(static upload => upload.Key));

    /// <summary>What is deleted and whose content may still be there.</summary>
    public IReadOnlyCollection<string> Deleted => _deleted;

    /// <summary>All of it.</summary>
    public CatalogBody ToBody() => new()
    {
        Files = [.. _files.Select(FileBody.Of)],
        Uploads = [.. _uploads.Select(static upload => new FileIdBody { Id = upload.Key, At = upload.Value })],
        Deleted = [.. _deleted],
    };

    private static bool IsThere(FileView file, long now) => file.ExpiresAt is not { } end || now < end;

    private void Restore(CatalogBody body)
    {
        _files.Clear();
        _uploads.Clear();
        _deleted.Clear();
        _files.AddRange(body.Files.Select(static file => file.ToView()));
        foreach (var upload in body.Uploads)
        {
            _uploads[upload.Id] = upload.At;
        }

        _deleted.UnionWith(body.Deleted);
        SinceSnapshot = 0;
    }

    private void Publish(FileView file)
    {
        _uploads.Remove(file.Id);
        var index = IndexOf(file.Id);
        if (index < 0)
        {
            _files.Insert(~index, file);
        }
    }

    private void Delete(string id)
    {
        _uploads.Remove(id);
        _deleted.Add(id);
        if (IndexOf(id) is >= 0 and var index)
        {
            _files.RemoveAt(index);
        }
    }

    private int IndexOf(string id) => _files.BinarySearch(
        new FileView { Id = id, Name = "", Purpose = "", MediaType = "", Bytes = 0, CreatedAt = 0 }, ById);
}
