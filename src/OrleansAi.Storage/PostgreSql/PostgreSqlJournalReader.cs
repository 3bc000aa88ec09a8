using System.Data.Common;
using Npgsql;
using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;
using OrleansAi.Storage.Index;

namespace OrleansAi.Storage.PostgreSql;

/// <summary>Reads the journal and its indexes from PostgreSQL.</summary>
internal abstract class PostgreSqlJournalReader(NpgsqlDataSource source) : IJournalReader
{
    private const string RecordColumns = "position, record_id, kind, at, body";

    protected NpgsqlDataSource Source { get; } = source;

    public async Task<IReadOnlyList<JournalRecord>> ReadForwardAsync(
        string stream, long after, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        await QueryAsync(
            $"select {RecordColumns} from journal_records where stream = @stream and position > @after{OfKinds(kinds)} order by position limit @limit",
            [new("stream", stream), new("after", after), new("limit", (long)limit), .. KindParameter(kinds)],
            ReadRecord,
            cancellationToken);

    public async Task<IReadOnlyList<JournalRecord>> ReadBackwardAsync(
        string stream, long before, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        await QueryAsync(
            $"select {RecordColumns} from journal_records where stream = @stream and position < @before{OfKinds(kinds)} order by position desc limit @limit",
            [new("stream", stream), new("before", before), new("limit", (long)limit), .. KindParameter(kinds)],
            ReadRecord,
            cancellationToken);

    public async Task<IReadOnlyList<JournalRecord>> ReadAtAsync(
        string stream, IReadOnlyCollection<long> positions, CancellationToken cancellationToken) => positions.Count == 0
        ? []
        : await QueryAsync(
            $"select {RecordColumns} from journal_records where stream = @stream and position = any(@positions) order by position",
            [new("stream", stream), new("positions", positions.ToArray())],
            ReadRecord,
            cancellationToken);

    public async Task<IReadOnlyDictionary<ContentHash, ReadOnlyMemory<byte>>> ReadContentsAsync(
        string owner, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken)
    {
        if (hashes.Count == 0)
        {
            return new Dictionary<ContentHash, ReadOnlyMemory<byte>>();
        }

        var rows = await QueryAsync(
            "select hash, bytes from journal_contents where owner = @owner and hash = any(@hashes)",
            [new("owner", owner), new("hashes", hashes.Distinct().Select(static hash => hash.ToArray()).ToArray())],
            static row => (Hash: new ContentHash(row.GetFieldValue<byte[]>(0)), Bytes: row.GetFieldValue<byte[]>(1)),
            cancellationToken);
        return rows.ToDictionary(static row => row.Hash, static row => new ReadOnlyMemory<byte>(row.Bytes));
    }

    public async Task<byte[]?> ReadKeysAsync(string owner, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(
            "select keys from content_keys where owner = @owner",
            [new("owner", owner)],
            static row => row.GetFieldValue<byte[]>(0),
            cancellationToken);
        return rows.Count > 0 ? rows[0] : null;
    }

    public async Task<RunEntry?> FindRunAsync(string tenant, string runId, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(
            RunSearch.Find, [new("tenant", tenant), new("key", RunKey.Split(runId).Key)], RunEntryReader.Read, cancellationToken);
        return rows.Find(run => run.RunId == runId);
    }

    public async Task<IReadOnlyList<RunEntry>> FindRunsAsync(
        string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken)
    {
        if (runIds.Count == 0)
        {
            return [];
        }

        var wanted = runIds.ToHashSet(StringComparer.Ordinal);
        var rows = await QueryAsync(
            RunSearch.FindMany("= any(@keys)"),
            [new("tenant", tenant), new("keys", wanted.Select(static id => RunKey.Split(id).Key).ToArray())],
            RunEntryReader.Read,
            cancellationToken);
        return rows.FindAll(run => wanted.Contains(run.RunId));
    }

    public async Task<BatchAnswer> ReadBatchAsync(BatchRead batch, CancellationToken cancellationToken)
    {
        try
        {
            return await PostgreSqlBatchRead.ReadAsync(Source, batch, cancellationToken);
        }
        catch (Exception exception) when (PostgreSqlErrors.IsDatabase(exception))
        {
            throw PostgreSqlErrors.Read(exception);
        }
    }

    public async Task<IdempotencyEntry?> FindIdempotencyKeyAsync(string tenant, string key, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(
            "select request_hash, run_id, conversation, at from idempotency_keys where tenant = @tenant and key = @key",
            [new("tenant", tenant), new("key", key)],
            row => new IdempotencyEntry(tenant, key, row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3)),
            cancellationToken);
        return rows.Count > 0 ? rows[0] : null;
    }

    public async Task<IReadOnlyList<RunEntry>> SearchRunsAsync(string tenant, RunQuery query, CancellationToken cancellationToken)
    {
        var search = RunSearch.Of(tenant, query);
        return await QueryAsync(search.Sql, search.Parameters, RunEntryReader.Read, cancellationToken);
    }

    public async Task<IReadOnlyList<RunEntry>> ListOpenRunsAsync(string after, int limit, CancellationToken cancellationToken) =>
        await QueryAsync(
            RunSearch.ListOpen,
            [new("after", RunKey.Split(after).Key), new("limit", (long)limit)],
            RunEntryReader.Read,
            cancellationToken);

    protected async Task<List<T>> QueryAsync<T>(
        string sql,
        IReadOnlyList<KeyValuePair<string, object>> parameters,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken)
    {
        try
        {
            await using var command = Source.CreateCommand(sql);
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value);
            }

            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        catch (Exception exception) when (PostgreSqlErrors.IsDatabase(exception))
        {
            throw PostgreSqlErrors.Read(exception);
        }
    }

    private static string OfKinds(IReadOnlyList<RecordKind> kinds) => kinds.Count == 0 ? "" : " and kind = any(@kinds)";

    private static IEnumerable<KeyValuePair<string, object>> KindParameter(IReadOnlyList<RecordKind> kinds) => kinds.Count == 0
        ? []
        : [new("kinds", kinds.Select(static kind => (short)kind).ToArray())];

    private static JournalRecord ReadRecord(DbDataReader row) => new(
        row.GetInt64(0), row.GetGuid(1), (RecordKind)row.GetInt16(2), row.GetFieldValue<byte[]>(4), row.GetInt64(3));
}
