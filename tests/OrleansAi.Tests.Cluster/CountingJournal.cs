using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Telemetry;
using OrleansAi.Journal;

namespace OrleansAi.Tests.Cluster;

/// <summary>A journal that counts the records read from it.</summary>
internal sealed class CountingJournal(IJournal inner) : IJournal, ILoadSignal
{
    private long _records;

    /// <summary>Records and contents read so far.</summary>
    public long Read => Interlocked.Read(ref _records);

    public TimeSpan Wait => ((ILoadSignal)inner).Wait;

    public Task<AppendOutcome> AppendAsync(JournalAppend append, CancellationToken cancellationToken) =>
        inner.AppendAsync(append, cancellationToken);

    public async Task<IReadOnlyList<JournalRecord>> ReadForwardAsync(
        string stream, long after, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        Count(await inner.ReadForwardAsync(stream, after, limit, kinds, cancellationToken));

    public async Task<IReadOnlyList<JournalRecord>> ReadBackwardAsync(
        string stream, long before, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        Count(await inner.ReadBackwardAsync(stream, before, limit, kinds, cancellationToken));

    public async Task<IReadOnlyList<JournalRecord>> ReadAtAsync(
        string stream, IReadOnlyCollection<long> positions, CancellationToken cancellationToken) =>
        Count(await inner.ReadAtAsync(stream, positions, cancellationToken));

    public async Task<IReadOnlyDictionary<ContentHash, ReadOnlyMemory<byte>>> ReadContentsAsync(
        string owner, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken)
    {
        var contents = await inner.ReadContentsAsync(owner, hashes, cancellationToken);
        Interlocked.Add(ref _records, contents.Count);
        return contents;
    }

    public Task<byte[]?> ReadKeysAsync(string owner, CancellationToken cancellationToken) =>
        inner.ReadKeysAsync(owner, cancellationToken);

    public Task<RunEntry?> FindRunAsync(string tenant, string runId, CancellationToken cancellationToken) =>
        inner.FindRunAsync(tenant, runId, cancellationToken);

    public Task<IReadOnlyList<RunEntry>> FindRunsAsync(string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) =>
        inner.FindRunsAsync(tenant, runIds, cancellationToken);

    public async Task<BatchAnswer> ReadBatchAsync(BatchRead batch, CancellationToken cancellationToken)
    {
        var answer = await inner.ReadBatchAsync(batch, cancellationToken);
        Interlocked.Add(ref _records, answer.Records.Values.Sum(static records => records.Count) + answer.Contents.Count);
        return answer;
    }

    public Task<IdempotencyEntry?> FindIdempotencyKeyAsync(string tenant, string key, CancellationToken cancellationToken) =>
        inner.FindIdempotencyKeyAsync(tenant, key, cancellationToken);

    public Task<IReadOnlyList<RunEntry>> SearchRunsAsync(string tenant, RunQuery query, CancellationToken cancellationToken) =>
        inner.SearchRunsAsync(tenant, query, cancellationToken);

    public Task<IReadOnlyList<RunEntry>> ListOpenRunsAsync(string after, int limit, CancellationToken cancellationToken) =>
        inner.ListOpenRunsAsync(after, limit, cancellationToken);

    private IReadOnlyList<JournalRecord> Count(IReadOnlyList<JournalRecord> records)
    {
        Interlocked.Add(ref _records, records.Count);
        return records;
    }
}
