using System.Data.Common;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;
using OrleansAi.Storage.Index;

namespace OrleansAi.Storage.Integrity;

/// <summary>The queries of an integrity view, in SQL that both databases understand.</summary>
internal abstract class IntegrityView : IIntegrityView
{
    private const string OpenColumns =
        "tenant, run_key, run_prefix, conversation, model, cast(null as bigint), created_at, cast(null as bigint), admitted_position, "
        + "cast(null as bigint), waker, cast(null as text), 1, forked_from, cast(null as bigint), cast(null as bigint)";

    private const string EndedColumns =
        "tenant, run_key, run_prefix, conversation, model, cast(status as bigint), created_at, ended_at, admitted_position, ended_position, "
        + "cast(null as text), listing, 0, forked_from, released_at, cast(pinned as bigint)";

    /// <inheritdoc />
    public async Task<string?> NextStreamAsync(string after, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(
            "select min(s.stream) from ("
            + "select (select min(stream) from journal_records where stream > @after) as stream "
            + "union all select (select min(stream) from stream_heads where stream > @after) "
            + "union all select (select min(owner) from content_keys where owner > @after) "
            + "union all select (select min(owner) from journal_contents where owner > @after)) s",
            [new("after", after)],
            static row => row.IsDBNull(0) ? null : row.GetString(0),
            cancellationToken);
        return rows[0];
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredRecord>> ReadRecordsAsync(
        string stream, long after, int limit, CancellationToken cancellationToken) => await QueryAsync(
        "select position, record_id, cast(kind as bigint), at, body, witness, hash from journal_records "
        + "where stream = @stream and position > @after order by position limit @limit",
        [new("stream", stream), new("after", after), new("limit", (long)limit)],
        row => new StoredRecord(
            row.GetInt64(0), ReadGuid(row, 1), row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<byte[]>(4),
            row.IsDBNull(5) ? [] : row.GetFieldValue<byte[]>(5), row.IsDBNull(6) ? null : row.GetFieldValue<byte[]>(6)),
        cancellationToken);

    /// <inheritdoc />
    public async Task<StreamFacts> ReadFactsAsync(string stream, CancellationToken cancellationToken)
    {
        var (tenant, conversation) = Split(stream);
        var rows = await QueryAsync(
            "select (select position from stream_heads where stream = @stream), (select sha256(keys) from content_keys where owner = @stream), "
            + "(select count(*) from runs where tenant = @tenant and conversation = @conversation)",
            [new("stream", stream), new("tenant", tenant), new("conversation", conversation)],
            static row => new StreamFacts(
                row.IsDBNull(0) ? null : row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1), row.GetInt64(2)),
            cancellationToken);
        return rows[0];
    }

    /// <inheritdoc />
    public async Task<IReadOnlySet<ContentHash>> FindContentsAsync(
        string stream, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken) => (await QueryAsync(
        $"select hash from journal_contents where owner = @stream and hash {In("hashes", ofBytes: true)}",
        [new("stream", stream), new("hashes", Bytes([.. hashes.Select(static hash => hash.ToArray())]))],
        static row => new ContentHash(row.GetFieldValue<byte[]>(0)),
        cancellationToken)).ToHashSet();

    /// <inheritdoc />
    public async Task<long> MeasureContentsAsync(string stream, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken) => (await QueryAsync(
        $"select cast(coalesce(sum(length(bytes)), 0) as bigint) from journal_contents where owner = @stream and hash {In("hashes", ofBytes: true)}",
        [new("stream", stream), new("hashes", Bytes([.. hashes.Select(static hash => hash.ToArray())]))],
        static row => row.GetInt64(0),
        cancellationToken))[0];

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredContent>> ReadContentsAsync(
        string stream, ReadOnlyMemory<byte>? after, int limit, CancellationToken cancellationToken) => await QueryAsync(
        $"select hash, sha256(bytes) from journal_contents where owner = @stream{(after is null ? "" : " and hash > @after")} order by hash limit @limit",
        [new("stream", stream), new("limit", (long)limit), .. after is { } last ? [new KeyValuePair<string, object>("after", last.ToArray())] : Array.Empty<KeyValuePair<string, object>>()],
        static row => new StoredContent(row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)),
        cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<RunRow>> FindRunsAsync(
        string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) => await QueryAsync(
        $"select {OpenColumns} from open_runs where run_key {In("keys", ofBytes: false)} and tenant = @tenant "
        + $"union all select {EndedColumns} from runs where run_key {In("keys", ofBytes: false)} and tenant = @tenant",
        [new("tenant", tenant), new("keys", Texts([.. runIds.Select(static run => RunKey.Split(run).Key)]))],
        ReadRun,
        cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<RunRow>> ListEndedRunsAsync(
        string stream, string afterKey, int limit, CancellationToken cancellationToken)
    {
        var (tenant, conversation) = Split(stream);
        return await QueryAsync(
            $"select {EndedColumns} from runs where tenant = @tenant and conversation = @conversation and run_key > @after order by run_key limit @limit",
            [new("tenant", tenant), new("conversation", conversation), new("after", afterKey), new("limit", (long)limit)],
            ReadRun,
            cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<RunRow>> ListOpenRunsAsync(
        string afterKey, string afterTenant, int limit, CancellationToken cancellationToken) => await QueryAsync(
        $"select {OpenColumns} from open_runs where (run_key, tenant) > (@key, @tenant) order by run_key, tenant limit @limit",
        [new("key", afterKey), new("tenant", afterTenant), new("limit", (long)limit)],
        ReadRun,
        cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<IdempotencyEntry>> FindIdempotencyKeysAsync(
        string tenant, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => await QueryAsync(
        $"select key, request_hash, run_id, conversation, at from idempotency_keys where tenant = @tenant and key {In("keys", ofBytes: false)}",
        [new("tenant", tenant), new("keys", Texts([.. keys]))],
        row => new IdempotencyEntry(tenant, row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4)),
        cancellationToken);

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();

    /// <summary>A query within the view.</summary>
    protected abstract Task<List<T>> QueryAsync<T>(
        string sql, IReadOnlyList<KeyValuePair<string, object>> parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken);

    /// <summary>The condition that a value is one of those of a parameter.</summary>
    protected abstract string In(string parameter, bool ofBytes);

    /// <summary>Several texts as one parameter.</summary>
    protected abstract object Texts(string[] texts);

    /// <summary>Several values of bytes as one parameter.</summary>
    protected abstract object Bytes(byte[][] values);

    /// <summary>A column that is a record's id.</summary>
    protected abstract Guid ReadGuid(DbDataReader row, int column);

    // An injured name may have no tenant; then it has no runs either.
    private static (string Tenant, string Conversation) Split(string stream) =>
        stream.IndexOf('/', StringComparison.Ordinal) > 0 ? StreamNames.Parse(stream) : ("", stream);

    private static RunRow ReadRun(DbDataReader row)
    {
        var prefix = row.GetString(2);
        return new RunRow
        {
            Tenant = row.GetString(0),
            Key = row.GetString(1),
            RunId = prefix + row.GetString(1),
            Conversation = row.GetString(3),
            Model = row.GetString(4),
            Status = row.IsDBNull(5) ? null : row.GetInt64(5),
            CreatedAt = row.GetInt64(6),
            EndedAt = row.IsDBNull(7) ? null : row.GetInt64(7),
            AdmittedPosition = row.GetInt64(8),
            EndedPosition = row.IsDBNull(9) ? null : row.GetInt64(9),
            Waker = row.IsDBNull(10) ? null : row.GetString(10),
            Listing = row.IsDBNull(11) ? null : prefix + row.GetString(11),
            IsOpen = row.GetInt32(12) == 1,
            ForkedFrom = row.IsDBNull(13) ? null : row.GetString(13),
            ReleasedAt = row.IsDBNull(14) ? null : row.GetInt64(14),
            Pinned = row.IsDBNull(15) ? null : row.GetInt64(15),
        };
    }
}
