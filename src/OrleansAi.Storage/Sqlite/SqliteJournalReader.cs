using System.Data.Common;
using System.Globalization;
using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;
using OrleansAi.Storage.Index;

namespace OrleansAi.Storage.Sqlite;

/// <summary>Reads the journal and its indexes from SQLite.</summary>
internal abstract class SqliteJournalReader(SqliteDatabase database) : IJournalReader
{
    internal const string RecordColumns = "position, record_id, kind, at, body";

    protected SqliteDatabase Database { get; } = database;

    public async Task<IReadOnlyList<JournalRecord>> ReadForwardAsync(
        string stream, long after, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        await QueryAsync(
            $"select {RecordColumns} from journal_records where stream = @stream and position > @after{OfKinds(kinds)} order by position limit @limit",
            [new("stream", stream), new("after", after), new("limit", (long)limit)],
            ReadRecord);

    public async Task<IReadOnlyList<JournalRecord>> ReadBackwardAsync(
        string stream, long before, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken) =>
        await QueryAsync(
            $"select {RecordColumns} from journal_records where stream = @stream and position < @before{OfKinds(kinds)} order by position desc limit @limit",
            [new("stream", stream), new("before", before), new("limit", (long)limit)],
            ReadRecord);

    public async Task<IReadOnlyList<JournalRecord>> ReadAtAsync(
        string stream, IReadOnlyCollection<long> positions, CancellationToken cancellationToken) => await QueryAsync(
        $"select {RecordColumns} from journal_records where stream = @stream and position in ({Numbers(positions)}) order by position",
        [new("stream", stream)],
        ReadRecord);

    public async Task<IReadOnlyDictionary<ContentHash, ReadOnlyMemory<byte>>> ReadContentsAsync(
        string owner, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken)
    {
        // Hexadecimal digits of a hash need no quoting.
        var list = string.Join(',', hashes.Distinct().Select(static hash => $"x'{hash}'"));
        var rows = await QueryAsync(
            $"select hash, bytes from journal_contents where owner = @owner and hash in ({list})",
            [new("owner", owner)],
            static row => (Hash: new ContentHash(row.GetFieldValue<byte[]>(0)), Bytes: row.GetFieldValue<byte[]>(1)));
        return rows.ToDictionary(static row => row.Hash, static row => new ReadOnlyMemory<byte>(row.Bytes));
    }

    public async Task<byte[]?> ReadKeysAsync(string owner, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(
            "select keys from content_keys where owner = @owner", [new("owner", owner)], static row => row.GetFieldValue<byte[]>(0));
        return rows.Count > 0 ? rows[0] : null;
    }

    public async Task<RunEntry?> FindRunAsync(string tenant, string runId, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(
            RunSearch.Find, [new("tenant", tenant), new("key", RunKey.Split(runId).Key)], RunEntryReader.Read);
        return rows.Find(run => run.RunId == runId);
    }

    public async Task<IReadOnlyList<RunEntry>> FindRunsAsync(
        string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken)
    {
        var wanted = runIds.ToHashSet(StringComparer.Ordinal);
        var keys = wanted.Select(static (id, place) => KeyValuePair.Create($"key{place}", (object)RunKey.Split(id).Key)).ToList();
        var rows = await QueryAsync(
            RunSearch.FindMany($"in ({string.Join(',', keys.Select(static key => "@" + key.Key))})"), [new("tenant", tenant), .. keys], RunEntryReader.Read);
        return rows.FindAll(run => wanted.Contains(run.RunId));
    }

    public Task<BatchAnswer> ReadBatchAsync(BatchRead batch, CancellationToken cancellationToken) =>
        Database.ReadAsync(connection => SqliteBatchRead.Read(connection, batch));

    public async Task<IdempotencyEntry?> FindIdempotencyKeyAsync(string tenant, string key, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(
            "select request_hash, run_id, conversation, at from idempotency_keys where tenant = @tenant and key = @key",
            [new("tenant", tenant), new("key", key)],
            row => new IdempotencyEntry(tenant, key, row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3)));
        return rows.Count > 0 ? rows[0] : null;
    }

    public async Task<IReadOnlyList<RunEntry>> SearchRunsAsync(string tenant, RunQuery query, CancellationToken cancellationToken)
    {
        var search = RunSearch.Of(tenant, query);
        return await QueryAsync(search.Sql, search.Parameters, RunEntryReader.Read);
    }

    public async Task<IReadOnlyList<RunEntry>> ListOpenRunsAsync(string after, int limit, CancellationToken cancellationToken) =>
        await QueryAsync(
            RunSearch.ListOpen, [new("after", RunKey.Split(after).Key), new("limit", (long)limit)], RunEntryReader.Read);

    private Task<List<T>> QueryAsync<T>(
        string sql, IReadOnlyList<KeyValuePair<string, object>> parameters, Func<DbDataReader, T> read) =>
        Database.ReadAsync(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue("@" + name, value);
            }

            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(read(reader));
            }

            return rows;
        });

    internal static string OfKinds(IReadOnlyList<RecordKind> kinds) =>
        kinds.Count == 0 ? "" : $" and kind in ({Numbers([.. kinds.Select(static kind => (long)kind)])})";

    private static string Numbers(IReadOnlyCollection<long> numbers) =>
        string.Join(',', numbers.Select(static number => number.ToString(CultureInfo.InvariantCulture)));

    internal static JournalRecord ReadRecord(DbDataReader row) => new(
        row.GetInt64(0),
        new Guid(row.GetFieldValue<byte[]>(1), bigEndian: true),
        (RecordKind)row.GetInt16(2),
        row.GetFieldValue<byte[]>(4),
        row.GetInt64(3));
}
