using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Tests.Storage;

/// <summary>A store that fails as told, over one that works.</summary>
internal sealed class FaultyStore(IJournalStore inner) : IJournalStore
{
    /// <summary>How many commits fail before anything is written, and say so.</summary>
    public int FailCleanly { get; set; }

    /// <summary>How many commits succeed, but the answer does not come.</summary>
    public int LoseAnswers { get; set; }

    /// <summary>How many commits are not written, and no answer comes.</summary>
    public int LoseWrites { get; set; }

    /// <summary>Called before each commit with its number, from 1.</summary>
    public Func<int, Task>? BeforeCommit { get; set; }

    /// <summary>Holds the first commit back.</summary>
    public TaskCompletionSource? Hold { get; init; }

    /// <summary>Ends when a commit has come in.</summary>
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Commits { get; private set; }

    public async Task<AppendOutcome?> CommitAsync(IReadOnlyList<JournalAppend> appends, CancellationToken cancellationToken)
    {
        Commits++;
        Entered.TrySetResult();
        if (Hold is not null)
        {
            await Hold.Task;
        }

        if (BeforeCommit is not null)
        {
            await BeforeCommit(Commits);
        }

        if (FailCleanly > 0)
        {
            FailCleanly--;
            throw new JournalException("injected: failed cleanly", outcomeKnown: true, isTransient: true);
        }

        if (LoseWrites > 0)
        {
            LoseWrites--;
            throw new JournalException("injected: write lost", outcomeKnown: false, isTransient: true);
        }

        var outcome = await inner.CommitAsync(appends, cancellationToken);
        if (LoseAnswers > 0)
        {
            LoseAnswers--;
            throw new JournalException("injected: answer lost", outcomeKnown: false, isTransient: true);
        }

        return outcome;
    }

    public Task InitializeAsync(CancellationToken cancellationToken) => inner.InitializeAsync(cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) => inner.PingAsync(cancellationToken);

    public Task<IReadOnlyList<JournalRecord>> ReadForwardAsync(
        string stream, long after, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        inner.ReadForwardAsync(stream, after, limit, kinds, cancellationToken);

    public Task<IReadOnlyList<JournalRecord>> ReadBackwardAsync(
        string stream, long before, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        inner.ReadBackwardAsync(stream, before, limit, kinds, cancellationToken);

    public Task<IReadOnlyList<JournalRecord>> ReadAtAsync(
        string stream, IReadOnlyCollection<long> positions, CancellationToken cancellationToken) =>
        inner.ReadAtAsync(stream, positions, cancellationToken);

    public Task<IReadOnlyDictionary<ContentHash, ReadOnlyMemory<byte>>> ReadContentsAsync(
        string owner, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken) =>
        inner.ReadContentsAsync(owner, hashes, cancellationToken);

    public Task<byte[]?> ReadKeysAsync(string owner, CancellationToken cancellationToken) =>
        inner.ReadKeysAsync(owner, cancellationToken);

    public Task<RunEntry?> FindRunAsync(string tenant, string runId, CancellationToken cancellationToken) =>
        inner.FindRunAsync(tenant, runId, cancellationToken);

    public Task<IReadOnlyList<RunEntry>> FindRunsAsync(string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) =>
        inner.FindRunsAsync(tenant, runIds, cancellationToken);

    public Task<BatchAnswer> ReadBatchAsync(BatchRead batch, CancellationToken cancellationToken) => inner.ReadBatchAsync(batch, cancellationToken);

    public Task<IdempotencyEntry?> FindIdempotencyKeyAsync(string tenant, string key, CancellationToken cancellationToken) =>
        inner.FindIdempotencyKeyAsync(tenant, key, cancellationToken);

    public Task<IReadOnlyList<RunEntry>> SearchRunsAsync(string tenant, RunQuery query, CancellationToken cancellationToken) =>
        inner.SearchRunsAsync(tenant, query, cancellationToken);

    public Task<IReadOnlyList<RunEntry>> ListOpenRunsAsync(string after, int limit, CancellationToken cancellationToken) =>
        inner.ListOpenRunsAsync(after, limit, cancellationToken);
}
