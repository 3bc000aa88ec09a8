using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Tests.Unit.Collections;

/// <summary>A journal whose next appends can be lost on the way there or on the way back, and that counts what is read.</summary>
internal sealed class FaultyJournal(IJournal inner) : IJournal
{
    private int _records;

    /// <summary>Says of an append whether its answer is lost after it was written.</summary>
    public Func<JournalAppend, bool>? LosesAnswer { get; set; }

    /// <summary>Index changes that were committed.</summary>
    public List<RunChange> Runs { get; } = [];

    /// <summary>Records that were read.</summary>
    public int Records => Volatile.Read(ref _records);

    public async Task<AppendOutcome> AppendAsync(JournalAppend append, CancellationToken cancellationToken)
    {
        var outcome = await inner.AppendAsync(append, cancellationToken);
        if (outcome.Status == AppendStatus.Committed)
        {
            lock (Runs)
            {
                Runs.AddRange(append.Runs);
            }
        }

        return LosesAnswer?.Invoke(append) == true ? throw new JournalException("the connection broke", outcomeKnown: false, isTransient: true) : outcome;
    }

    public async Task<IReadOnlyList<JournalRecord>> ReadForwardAsync(
        string stream, long after, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        Count(await inner.ReadForwardAsync(stream, after, limit, kinds, cancellationToken));

    public async Task<IReadOnlyList<JournalRecord>> ReadBackwardAsync(
        string stream, long before, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        Count(await inner.ReadBackwardAsync(stream, before, limit, kinds, cancellationToken));

    public Task<IReadOnlyList<JournalRecord>> ReadAtAsync(string stream, IReadOnlyCollection<long> positions, CancellationToken cancellationToken) =>
        inner.ReadAtAsync(stream, positions, cancellationToken);

    public Task<IReadOnlyDictionary<ContentHash, ReadOnlyMemory<byte>>> ReadContentsAsync(
        string owner, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken) =>
        inner.ReadContentsAsync(owner, hashes, cancellationToken);

    public Task<byte[]?> ReadKeysAsync(string owner, CancellationToken cancellationToken) => inner.ReadKeysAsync(owner, cancellationToken);

    public Task<RunEntry?> FindRunAsync(string tenant, string runId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<RunEntry>> FindRunsAsync(string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<BatchAnswer> ReadBatchAsync(BatchRead batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IdempotencyEntry?> FindIdempotencyKeyAsync(string tenant, string key, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<RunEntry>> SearchRunsAsync(string tenant, RunQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<RunEntry>> ListOpenRunsAsync(string after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private IReadOnlyList<JournalRecord> Count(IReadOnlyList<JournalRecord> records)
    {
        Interlocked.Add(ref _records, records.Count);
        return records;
    }
}
