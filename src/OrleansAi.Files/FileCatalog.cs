using System.Text.Json.Serialization.Metadata;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;

namespace OrleansAi.Files;

/// <summary>
/// Which files a tenant has. A file begins to be with one record here, after all of its content is durable, and ends with one.
/// Not safe for several threads; a grain owns it.
/// </summary>
public sealed class FileCatalog
{
    /// <summary>How long an upload may take.</summary>
    public static readonly TimeSpan LongestUpload = TimeSpan.FromHours(1);

    private readonly FileJournal _journal;
    private readonly FileLimits _limits;
    private readonly TimeProvider _time;
    private FileCatalogState? _state;

    /// <summary>Creates the catalog; nothing is read before the first call.</summary>
    public FileCatalog(IJournal journal, IdSource ids, TimeProvider time, FileLimits limits, string tenant)
    {
        _journal = new FileJournal(journal, ids, time, StreamNames.Files(tenant));
        (_limits, _time) = (limits, time);
    }

    /// <summary>Makes room for an upload, so that what is left of it can be found when it breaks off.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.TooManyFiles"/>.</exception>
    public async Task BeginAsync(string id)
    {
        var state = await LoadAsync();
        if (state.IsUpload(id))
        {
            return;
        }

        if (state.Count >= _limits.MaxFiles)
        {
            throw new OrleansAiException(
                ErrorCodes.TooManyFiles, $"There are {state.Count} files, the limit is {_limits.MaxFiles}; delete some.");
        }

        await AppendAsync(state, RecordKind.FileUploadBegun, new FileIdBody { Id = id, At = Now() }, FileJsonContext.Default.FileIdBody);
    }

    /// <summary>Makes the content of an upload a file. Doing it again gives the same file.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/> when the upload was given up.</exception>
    public async Task<FileView> PublishAsync(string id, NewFile file, long bytes)
    {
        var state = await LoadAsync();
        var now = Now();
        if (state.Find(id, now) is { } known)
        {
            return known;
        }

        if (!state.IsUpload(id))
        {
            throw FileErrors.NotFound(id);
        }

        var view = new FileView
        {
            Id = id,
            Name = file.Name,
            Purpose = file.Purpose,
            MediaType = file.MediaType,
            Bytes = bytes,
            CreatedAt = now,
            ExpiresAt = file.ExpiresAfterSeconds is { } seconds ? now + (seconds * 1_000) : null,
        };
        await AppendAsync(state, RecordKind.FilePublished, FileBody.Of(view), FileJsonContext.Default.FileBody);
        return view;
    }

    /// <summary>A file.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/>.</exception>
    public async Task<FileView> GetAsync(string id) => (await LoadAsync()).Find(id, Now()) ?? throw FileErrors.NotFound(id);

    /// <summary>A page of files.</summary>
    public async Task<FilePage> ListAsync(FileQuery query) => (await LoadAsync()).List(query, Now());

    /// <summary>
    /// Takes a file or an upload away. Its content is to be destroyed next, and then <see cref="ForgetAsync"/> to be called; what
    /// dies between is told by <see cref="SweepAsync"/>.
    /// </summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/>.</exception>
    public async Task DeleteAsync(string id)
    {
        var state = await LoadAsync();
        if (state.IsDeleted(id))
        {
            return;
        }

        if (state.Find(id, Now()) is null && !state.IsUpload(id))
        {
            throw FileErrors.NotFound(id);
        }

        await AppendAsync(state, RecordKind.FileDeleted, new FileIdBody { Id = id }, FileJsonContext.Default.FileIdBody);
    }

    /// <summary>The content of a deleted file is destroyed.</summary>
    public async Task ForgetAsync(string id)
    {
        var state = await LoadAsync();
        if (state.IsDeleted(id))
        {
            await AppendAsync(state, RecordKind.FileErased, new FileIdBody { Id = id }, FileJsonContext.Default.FileIdBody);
        }
    }

    /// <summary>Deletes what has expired and uploads that broke off, and tells whose content is to be destroyed.</summary>
    /// <param name="most">The most to delete.</param>
    public async Task<IReadOnlyList<string>> SweepAsync(int most)
    {
        var state = await LoadAsync();
        foreach (var id in state.Overdue(Now(), Now() - (long)LongestUpload.TotalMilliseconds).Take(most).ToArray())
        {
            await AppendAsync(state, RecordKind.FileDeleted, new FileIdBody { Id = id }, FileJsonContext.Default.FileIdBody);
        }

        return [.. state.Deleted.Take(most)];
    }

    private async Task AppendAsync<T>(FileCatalogState state, RecordKind kind, T body, JsonTypeInfo<T> type)
    {
        try
        {
            await WriteAsync(state, kind, body, type);
            if (state.WantsSnapshot)
            {
                await WriteAsync(state, RecordKind.FileCatalogSnapshot, state.ToBody(), FileJsonContext.Default.CatalogBody);
            }
        }
        catch
        {
            // Somebody else wrote, or nobody knows: what is there is read before the next step.
            _state = null;
            throw;
        }
    }

    private async Task WriteAsync<T>(FileCatalogState state, RecordKind kind, T body, JsonTypeInfo<T> type)
    {
        await _journal.AppendAsync(state.Position, kind, body, type);
        state.Apply(kind, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body, type));
    }

    private async Task<FileCatalogState> LoadAsync()
    {
        if (_state is not null)
        {
            return _state;
        }

        var state = new FileCatalogState();
        if (await _journal.FindLastAsync(RecordKind.FileCatalogSnapshot) is { } snapshot)
        {
            state.Apply(snapshot);
        }

        await foreach (var record in _journal.ReadAfterAsync(state.Position))
        {
            state.Apply(record);
        }

        return _state = state;
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
