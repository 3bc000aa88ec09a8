using OrleansAi.Contracts.Runs;

namespace OrleansAi.Journal;

/// <summary>Reading the journal and its indexes.</summary>
public interface IJournalReader
{
    /// <summary>The records after a position, oldest first.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="after">The position before the first record wanted; 0 for the beginning.</param>
    /// <param name="limit">The most records to read; at least 1.</param>
    /// <param name="kinds">Only these kinds; empty for all.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    Task<IReadOnlyList<JournalRecord>> ReadForwardAsync(
        string stream, long after, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken);

    /// <summary>The records before a position, newest first.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="before">The position after the last record wanted; <see cref="long.MaxValue"/> for the end.</param>
    /// <param name="limit">The most records to read; at least 1.</param>
    /// <param name="kinds">Only these kinds; empty for all.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    Task<IReadOnlyList<JournalRecord>> ReadBackwardAsync(
        string stream, long before, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken);

    /// <summary>The records at given positions, oldest first; those that do not exist are left out.</summary>
    Task<IReadOnlyList<JournalRecord>> ReadAtAsync(
        string stream, IReadOnlyCollection<long> positions, CancellationToken cancellationToken);

    /// <summary>Payloads of one owner; those that do not exist are left out.</summary>
    Task<IReadOnlyDictionary<ContentHash, ReadOnlyMemory<byte>>> ReadContentsAsync(
        string owner, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken);

    /// <summary>The keys to an owner's content; null when there are none yet, empty when they were destroyed.</summary>
    Task<byte[]?> ReadKeysAsync(string owner, CancellationToken cancellationToken);

    /// <summary>A run's line in the index, or null.</summary>
    Task<RunEntry?> FindRunAsync(string tenant, string runId, CancellationToken cancellationToken);

    /// <summary>The lines of runs in the index, in no order; runs that do not exist are left out.</summary>
    Task<IReadOnlyList<RunEntry>> FindRunsAsync(string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken);

    /// <summary>Records, keys and payloads of many streams, in one call of the store.</summary>
    Task<BatchAnswer> ReadBatchAsync(BatchRead batch, CancellationToken cancellationToken);

    /// <summary>What an idempotency key stands for, or null.</summary>
    Task<IdempotencyEntry?> FindIdempotencyKeyAsync(string tenant, string key, CancellationToken cancellationToken);

    /// <summary>Runs of a tenant, newest first: at most <see cref="RunQuery.Limit"/> + 1, so that the caller sees if more follow.</summary>
    Task<IReadOnlyList<RunEntry>> SearchRunsAsync(string tenant, RunQuery query, CancellationToken cancellationToken);

    /// <summary>Open runs of all tenants in the order of their ids.</summary>
    /// <param name="after">The last run id of the page before, or empty.</param>
    /// <param name="limit">The most runs to read; at least 1.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    Task<IReadOnlyList<RunEntry>> ListOpenRunsAsync(string after, int limit, CancellationToken cancellationToken);
}

/// <summary>
/// The journal: append-only records in one stream per owning grain. Appends of all grains of a process share
/// transactions (group commit).
/// </summary>
public interface IJournal : IJournalReader
{
    /// <summary>Appends, or tells why not. Ends only when the outcome is certain.</summary>
    /// <exception cref="JournalException">The store cannot be reached; nothing was written.</exception>
    Task<AppendOutcome> AppendAsync(JournalAppend append, CancellationToken cancellationToken);
}

/// <summary>A database under the journal. Group commit and the settling of unknown outcomes are above it.</summary>
public interface IJournalStore : IJournalReader
{
    /// <summary>Creates or migrates the schema. Safe when several processes start at once.</summary>
    Task InitializeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes all appends in one transaction, or none of them.
    /// </summary>
    /// <returns>
    /// Null when all are committed. Otherwise nothing is: for a single append its reason; for several
    /// <see cref="AppendOutcome.PositionTaken"/>, which stands for "at least one conflicts".
    /// </returns>
    /// <exception cref="JournalException">
    /// The store failed; <see cref="JournalException.OutcomeKnown"/> says whether nothing was written for certain.
    /// </exception>
    Task<AppendOutcome?> CommitAsync(IReadOnlyList<JournalAppend> appends, CancellationToken cancellationToken);

    /// <summary>Proves that the store can be read.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}
