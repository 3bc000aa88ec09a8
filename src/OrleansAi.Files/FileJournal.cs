using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;

namespace OrleansAi.Files;

/// <summary>One stream of the journal, whose failures are errors that may be shown.</summary>
internal sealed class FileJournal(IJournal journal, IdSource ids, TimeProvider time, string stream)
{
    private const int PageSize = 256;

    /// <summary>The stream.</summary>
    public string Stream => stream;

    /// <summary>Appends one record after a position.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.VersionConflict"/> when somebody else wrote, <see cref="ErrorCodes.StorageUnavailable"/>.
    /// </exception>
    public async Task AppendAsync<T>(
        long position, RecordKind kind, T body, JsonTypeInfo<T> type, Content? content = null, KeyChange? keys = null)
    {
        var record = new NewRecord(
            ids.NewRecordId(), kind, JsonSerializer.SerializeToUtf8Bytes(body, type), time.GetUtcNow().ToUnixTimeMilliseconds());
        try
        {
            var append = new JournalAppend(stream, position, [record]) { Contents = content is null ? [] : [content], Keys = keys };
            var outcome = await journal.AppendAsync(append, CancellationToken.None);
            if (outcome.Status != AppendStatus.Committed)
            {
                throw FileErrors.Moved("What is known of the file");
            }
        }
        catch (JournalException exception)
        {
            throw FileErrors.Unavailable($"The store did not take the write: {exception.Message}");
        }
    }

    /// <summary>The records after a position.</summary>
    public async IAsyncEnumerable<JournalRecord> ReadAfterAsync(long position)
    {
        while (true)
        {
            var page = await TryAsync(() => journal.ReadForwardAsync(stream, position, PageSize, [], CancellationToken.None));
            foreach (var record in page)
            {
                yield return record;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            position = page[^1].Position;
        }
    }

    /// <summary>The newest record of a kind, or null.</summary>
    public async Task<JournalRecord?> FindLastAsync(RecordKind kind)
    {
        var records = await TryAsync(() => journal.ReadBackwardAsync(stream, long.MaxValue, 1, [kind], CancellationToken.None));
        return records.Count > 0 ? records[0] : null;
    }

    /// <summary>A content of the stream, or null.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadContentAsync(ContentHash hash)
    {
        var contents = await TryAsync(() => journal.ReadContentsAsync(stream, [hash], CancellationToken.None));
        return contents.TryGetValue(hash, out var bytes) ? bytes : null;
    }

    /// <summary>The keys to the stream's content; null when there are none yet, empty when they were destroyed.</summary>
    public Task<byte[]?> ReadKeysAsync() => TryAsync(() => journal.ReadKeysAsync(stream, CancellationToken.None));

    private static async Task<T> TryAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (JournalException exception)
        {
            throw FileErrors.Unavailable($"The store does not answer: {exception.Message}");
        }
    }
}
