using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;
using OrleansAi.Journal;
using OrleansAi.Storage.Index;

namespace OrleansAi.Storage.PostgreSql;

/// <summary>
/// Many appends as one batch: each table gets one statement whose rows come from arrays, so that the cost of a commit is
/// shared and the statements stay the same, hence prepared.
/// </summary>
internal static class PostgreSqlCommit
{
    // A stream whose last record is not where the append expects it gives a null id, which the column refuses: the fence
    // against gaps, as the primary key is the fence against taken places. The subquery is a scalar one on purpose: an
    // EXISTS could be planned as a scan of the whole table.
    private const string InsertRecords =
        """
        insert into journal_records (stream, position, record_id, kind, at, body)
        select n.stream, n.position,
               case when n.head = 0
                      or (select r.position from journal_records r where r.stream = n.stream and r.position = n.head) = n.head
                    then n.record_id end,
               n.kind, n.at, n.body
          from unnest($1, $2, $3, $4, $5, $6, $7) as n (stream, position, head, record_id, kind, at, body)
        """;

    private const string InsertContents =
        """
        insert into journal_contents (owner, hash, bytes) select * from unnest($1, $2, $3) on conflict do nothing
        """;

    private const string WriteContentKeys =
        """
        insert into content_keys (owner, keys) select * from unnest($1, $2)
        on conflict (owner) do update set keys = excluded.keys
        """;

    private const string OpenRuns =
        """
        insert into open_runs (tenant, run_key, run_prefix, conversation, model, created_at, admitted_position, waker)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    private const string WakeRuns =
        """
        update open_runs o set waker = n.waker
          from unnest($1, $2, $3) as n (tenant, run_key, waker)
         where o.run_key = n.run_key and o.tenant = n.tenant
        """;

    private const string CloseRuns =
        """
        delete from open_runs o using unnest($1, $2) as n (tenant, run_key)
         where o.run_key = n.run_key and o.tenant = n.tenant
        """;

    private const string EndRuns =
        """
        insert into runs (tenant, run_key, run_prefix, conversation, model, status, created_at, ended_at,
                          admitted_position, ended_position, listing)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    private const string UnlistRuns =
        """
        update runs r set listing = null
          from unnest($1, $2) as n (tenant, run_key)
         where r.tenant = n.tenant and r.run_key = n.run_key
        """;

    private const string InsertKeys =
        """
        insert into idempotency_keys (tenant, key, request_hash, run_id, conversation, at)
        select * from unnest($1, $2, $3, $4, $5, $6)
        """;

    public static NpgsqlBatch Of(IReadOnlyList<JournalAppend> appends, NpgsqlConnection connection)
    {
        var batch = new NpgsqlBatch(connection) { Timeout = 15 };
        AddRecords(batch, appends);
        AddContents(batch, [.. appends.SelectMany(static append => append.Contents.Select(content => (append.Stream, content)))]);
        AddContentKeys(batch, [.. appends.Where(static append => append.Keys is not null)]);
        AddRuns(batch, [.. appends.SelectMany(static append => append.Runs)]);
        AddKeys(batch, [.. appends.Select(static append => append.Idempotency).OfType<IdempotencyEntry>()]);
        return batch;
    }

    private static void AddRecords(NpgsqlBatch batch, IReadOnlyList<JournalAppend> appends)
    {
        var count = appends.Sum(static append => append.Records.Count);
        var (streams, positions, heads) = (new string[count], new long[count], new long[count]);
        var (ids, kinds, ats, bodies) = (new Guid[count], new short[count], new long[count], new byte[count][]);
        var next = 0;
        foreach (var append in appends)
        {
            for (var i = 0; i < append.Records.Count; i++, next++)
            {
                var record = append.Records[i];
                streams[next] = append.Stream;
                positions[next] = append.ExpectedPosition + 1 + i;
                heads[next] = i == 0 ? append.ExpectedPosition : 0;
                ids[next] = record.RecordId;
                kinds[next] = (short)record.Kind;
                ats[next] = record.At;
                bodies[next] = Bytes(record.Body);
            }
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(InsertRecords)
        {
            Parameters =
            {
                Texts(streams), Longs(positions), Longs(heads), Array(NpgsqlDbType.Uuid, ids),
                Array(NpgsqlDbType.Smallint, kinds), Longs(ats), Array(NpgsqlDbType.Bytea, bodies),
            },
        });
    }

    private static void AddContents(NpgsqlBatch batch, (string Owner, Content Content)[] contents)
    {
        if (contents.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(InsertContents)
            {
                Parameters =
                {
                    Texts([.. contents.Select(static content => content.Owner)]),
                    Array<byte[]>(NpgsqlDbType.Bytea, [.. contents.Select(static content => content.Content.Hash.ToArray())]),
                    Array<byte[]>(NpgsqlDbType.Bytea, [.. contents.Select(static content => Bytes(content.Content.Bytes))]),
                },
            });
        }
    }

    private static void AddContentKeys(NpgsqlBatch batch, JournalAppend[] appends)
    {
        if (appends.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(WriteContentKeys)
            {
                Parameters =
                {
                    Texts([.. appends.Select(static append => append.Stream)]),
                    Array<byte[]>(NpgsqlDbType.Bytea, [.. appends.Select(static append => Bytes(append.Keys!.Keys))]),
                },
            });
        }
    }

    private static void AddRuns(NpgsqlBatch batch, RunChange[] changes)
    {
        var opened = Of(RunChangeKind.Open);
        if (opened.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(OpenRuns)
            {
                Parameters =
                {
                    Tenants(opened), Keys(opened), Prefixes(opened), Conversations(opened), Models(opened), Created(opened),
                    Admitted(opened), Texts([.. opened.Select(static run => run.Waker)]),
                },
            });
        }

        var woken = Of(RunChangeKind.Wake);
        if (woken.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(WakeRuns)
            {
                Parameters = { Tenants(woken), Keys(woken), Texts([.. woken.Select(static run => run.Waker)]) },
            });
        }

        var ended = Of(RunChangeKind.End);
        if (ended.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(CloseRuns) { Parameters = { Tenants(ended), Keys(ended) } });
            batch.BatchCommands.Add(new NpgsqlBatchCommand(EndRuns)
            {
                Parameters =
                {
                    Tenants(ended), Keys(ended), Prefixes(ended), Conversations(ended), Models(ended),
                    Array<short>(NpgsqlDbType.Smallint, [.. ended.Select(static run => (short)run.Status)]), Created(ended),
                    Longs([.. ended.Select(static run => run.EndedAt ?? 0)]), Admitted(ended),
                    Longs([.. ended.Select(static run => run.EndedPosition ?? 0)]),
                    Texts([.. ended.Select(static run => RunKey.Of(run.Listing))]),
                },
            });
        }

        var unlisted = Of(RunChangeKind.Unlist);
        if (unlisted.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(UnlistRuns) { Parameters = { Tenants(unlisted), Keys(unlisted) } });
        }

        RunEntry[] Of(RunChangeKind kind) =>
            [.. changes.Where(change => change.Kind == kind).Select(static change => change.Entry)];
    }

    private static void AddKeys(NpgsqlBatch batch, IdempotencyEntry[] keys)
    {
        if (keys.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(InsertKeys)
            {
                Parameters =
                {
                    Texts([.. keys.Select(static key => key.Tenant)]), Texts([.. keys.Select(static key => key.Key)]),
                    Texts([.. keys.Select(static key => key.RequestHash)]), Texts([.. keys.Select(static key => key.RunId)]),
                    Texts([.. keys.Select(static key => key.Conversation)]), Longs([.. keys.Select(static key => key.At)]),
                },
            });
        }
    }

    private static NpgsqlParameter Tenants(RunEntry[] runs) => Texts([.. runs.Select(static run => run.Tenant)]);

    private static NpgsqlParameter Keys(RunEntry[] runs) => Texts([.. runs.Select(static run => RunKey.Split(run.RunId).Key)]);

    private static NpgsqlParameter Prefixes(RunEntry[] runs) => Texts([.. runs.Select(static run => RunKey.Split(run.RunId).Prefix)]);

    private static NpgsqlParameter Conversations(RunEntry[] runs) => Texts([.. runs.Select(static run => run.Conversation)]);

    private static NpgsqlParameter Models(RunEntry[] runs) => Texts([.. runs.Select(static run => run.Model)]);

    private static NpgsqlParameter Created(RunEntry[] runs) => Longs([.. runs.Select(static run => run.CreatedAt)]);

    private static NpgsqlParameter Admitted(RunEntry[] runs) => Longs([.. runs.Select(static run => run.AdmittedPosition)]);

    private static NpgsqlParameter Texts(string?[] values) => Array(NpgsqlDbType.Text, values);

    private static NpgsqlParameter Longs(long[] values) => Array(NpgsqlDbType.Bigint, values);

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType type, T[] values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values };

    private static byte[] Bytes(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : bytes.ToArray();
}
