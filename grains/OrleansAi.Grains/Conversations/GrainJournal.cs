using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Conversations;

/// <summary>
/// The journal as grains use it: trouble of the store is an <see cref="OrleansAiException"/> with
/// <see cref="ErrorCodes.StorageUnavailable"/>, so that no exception of a database crosses a grain call.
/// </summary>
internal sealed class GrainJournal(IJournal journal) : IJournal
{
    public Task<AppendOutcome> AppendAsync(JournalAppend append, CancellationToken cancellationToken) =>
        AskAsync((journal, append), "did not take the write", static (asked, token) => asked.journal.AppendAsync(asked.append, token), cancellationToken);

    public Task<IReadOnlyList<JournalRecord>> ReadForwardAsync(
        string stream, long after, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) => ReadAsync(
        (journal, stream, after, limit, kinds),
        static (asked, token) => asked.journal.ReadForwardAsync(asked.stream, asked.after, asked.limit, asked.kinds, token),
        cancellationToken);

    public Task<IReadOnlyList<JournalRecord>> ReadBackwardAsync(
        string stream, long before, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) => ReadAsync(
        (journal, stream, before, limit, kinds),
        static (asked, token) => asked.journal.ReadBackwardAsync(asked.stream, asked.before, asked.limit, asked.kinds, token),
        cancellationToken);

    public Task<IReadOnlyList<JournalRecord>> ReadAtAsync(
        string stream, IReadOnlyCollection<long> positions, CancellationToken cancellationToken) => ReadAsync(
        (journal, stream, positions), static (asked, token) => asked.journal.ReadAtAsync(asked.stream, asked.positions, token), cancellationToken);

    public Task<IReadOnlyDictionary<ContentHash, ReadOnlyMemory<byte>>> ReadContentsAsync(
        string owner, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken) => ReadAsync(
        (journal, owner, hashes), static (asked, token) => asked.journal.ReadContentsAsync(asked.owner, asked.hashes, token), cancellationToken);

    public Task<byte[]?> ReadKeysAsync(string owner, CancellationToken cancellationToken) => ReadAsync(
        (journal, owner), static (asked, token) => asked.journal.ReadKeysAsync(asked.owner, token), cancellationToken);

    public Task<RunEntry?> FindRunAsync(string tenant, string runId, CancellationToken cancellationToken) => ReadAsync(
        (journal, tenant, runId), static (asked, token) => asked.journal.FindRunAsync(asked.tenant, asked.runId, token), cancellationToken);

    public Task<IReadOnlyList<RunEntry>> FindRunsAsync(string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) => ReadAsync(
        (journal, tenant, runIds), static (asked, token) => asked.journal.FindRunsAsync(asked.tenant, asked.runIds, token), cancellationToken);

    public Task<BatchAnswer> ReadBatchAsync(BatchRead batch, CancellationToken cancellationToken) => ReadAsync(
        (journal, batch), static (asked, token) => asked.journal.ReadBatchAsync(asked.batch, token), cancellationToken);

    public Task<IdempotencyEntry?> FindIdempotencyKeyAsync(string tenant, string key, CancellationToken cancellationToken) => ReadAsync(
        (journal, tenant, key), static (asked, token) => asked.journal.FindIdempotencyKeyAsync(asked.tenant, asked.key, token), cancellationToken);

    public Task<IReadOnlyList<RunEntry>> SearchRunsAsync(string tenant, RunQuery query, CancellationToken cancellationToken) => ReadAsync(
        (journal, tenant, query), static (asked, token) => asked.journal.SearchRunsAsync(asked.tenant, asked.query, token), cancellationToken);

    public Task<IReadOnlyList<RunEntry>> ListOpenRunsAsync(string after, int limit, CancellationToken cancellationToken) => ReadAsync(
        (journal, after, limit), static (asked, token) => asked.journal.ListOpenRunsAsync(asked.after, asked.limit, token), cancellationToken);

    private static Task<T> ReadAsync<TAsked, T>(TAsked asked, Func<TAsked, CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        AskAsync(asked, "does not answer", ask, cancellationToken);

    private static async Task<T> AskAsync<TAsked, T>(
        TAsked asked, string trouble, Func<TAsked, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(asked, cancellationToken);
        }
        catch (JournalException exception)
        {
            throw new OrleansAiException(ErrorCodes.StorageUnavailable, $"The store {trouble}: {exception.Message}")
            {
                IsTransient = true,
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
    }
}
