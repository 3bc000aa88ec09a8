using Npgsql;
using OrleansAi.Journal;

namespace OrleansAi.Storage.PostgreSql;

/// <summary>Reads what is wanted of many streams in one round trip.</summary>
internal static class PostgreSqlBatchRead
{
    // Lateral, so that each span is a walk along the primary key whatever the planner thinks of the arrays.
    private const string RecordsSql =
        "select span.stream, r.position, r.record_id, r.kind, r.at, r.body " +
        "from unnest(@streams, @firsts, @lasts) with ordinality as span(stream, first, last, place) cross join lateral (" +
        "select position, record_id, kind, at, body from journal_records " +
        "where stream = span.stream and position between span.first and span.last order by position) r " +
        "where @every or r.kind = any(@kinds) order by span.place, r.position";

    private const string KeysSql = "select owner, keys from content_keys where owner = any(@owners)";

    private const string ContentsSql =
        "select c.owner, c.hash, c.bytes from unnest(@owners, @hashes) as wanted(owner, hash) cross join lateral (" +
        "select owner, hash, bytes from journal_contents where owner = wanted.owner and hash = wanted.hash) c";

    public static async Task<BatchAnswer> ReadAsync(NpgsqlDataSource source, BatchRead read, CancellationToken cancellationToken)
    {
        var records = new Dictionary<string, List<JournalRecord>>(StringComparer.Ordinal);
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var contents = new Dictionary<OwnedHash, ReadOnlyMemory<byte>>();
        await using var batch = source.CreateBatch();
        var readers = new List<Action<NpgsqlDataReader>>();
        if (read.Merged() is { Count: > 0 } spans)
        {
            Ask(
                RecordsSql,
                row => Add(records, row.GetString(0), new JournalRecord(
                    row.GetInt64(1), row.GetGuid(2), (RecordKind)row.GetInt16(3), row.GetFieldValue<byte[]>(5), row.GetInt64(4))),
                new("streams", spans.Select(static span => span.Stream).ToArray()),
                new("firsts", spans.Select(static span => span.First).ToArray()),
                new("lasts", spans.Select(static span => span.Last).ToArray()),
                new("every", read.Kinds.Count == 0),
                new("kinds", read.Kinds.Select(static kind => (short)kind).ToArray()));
        }

        if (read.KeysOf.Count > 0)
        {
            Ask(
                KeysSql,
                row => keys[row.GetString(0)] = row.GetFieldValue<byte[]>(1),
                new NpgsqlParameter("owners", read.KeysOf.Distinct(StringComparer.Ordinal).ToArray()));
        }

        if (read.Contents.Count > 0)
        {
            OwnedHash[] wanted = [.. read.Contents.Distinct()];
            Ask(
                ContentsSql,
                row => contents[new OwnedHash(row.GetString(0), new ContentHash(row.GetFieldValue<byte[]>(1)))] = row.GetFieldValue<byte[]>(2),
                new("owners", wanted.Select(static one => one.Owner).ToArray()),
                new("hashes", wanted.Select(static one => one.Hash.ToArray()).ToArray()));
        }

        if (readers.Count > 0)
        {
            await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
            foreach (var take in readers)
            {
                while (await rows.ReadAsync(cancellationToken))
                {
                    take(rows);
                }

                await rows.NextResultAsync(cancellationToken);
            }
        }

        return new BatchAnswer(records, keys, contents);

        void Ask(string sql, Action<NpgsqlDataReader> take, params NpgsqlParameter[] parameters)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddRange(parameters);
            batch.BatchCommands.Add(command);
            readers.Add(take);
        }
    }

    private static void Add(Dictionary<string, List<JournalRecord>> records, string stream, JournalRecord record)
    {
        if (!records.TryGetValue(stream, out var list))
        {
            records[stream] = list = [];
        }

        list.Add(record);
    }
}
