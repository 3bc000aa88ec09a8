using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;
using OrleansAi.Storage.Index;

namespace OrleansAi.Storage.PostgreSql;

/// <summary>
/// Many appends as one batch: each table gets one statement whose rows come from arrays, so that the cost of a commit is
/// shared and the statements stay the same, hence prepared.
/// </summary>
internal static class PostgreSqlCommit
{
    // A stream whose last record is not where the append expects it gives a null id, which the column refuses: the fence
    // against gaps, as the primary key is the fence against taken places. The same look at that record gives the hash to
    // chain to. The subquery is a scalar one on purpose: an EXISTS could be planned as a scan of the whole table; and it is
    // held apart by "offset 0", or it would be done twice.
    private const string InsertRecords =
        """
        insert into journal_records (stream, position, record_id, kind, at, body, witness, hash)
        select l.stream, l.position, case when l.before is not null then l.record_id end, l.kind, l.at, l.body, l.witness,
               sha256(l.before || l.digest)
          from (select n.*,
                       case when n.position = 1 then ''::bytea
                            else (select coalesce(r.hash, ''::bytea) from journal_records r
                                   where r.stream = n.stream and r.position = n.position - 1)
                       end as before
                  from unnest($1, $2, $3, $4, $5, $6, $7, $8)
                       as n (stream, position, record_id, kind, at, body, witness, digest)
                offset 0) l
        """;

    private const string MoveHeads =
        """
        insert into stream_heads (stream, position) select * from unnest($1, $2)
        on conflict (stream) do update set position = excluded.position
        """;

    private const string InsertContents =
        """
        insert into journal_contents (owner, hash, bytes) select * from unnest($1, $2, $3) on conflict do nothing
        """;

    private const string DeleteContents =
        """
        delete from journal_contents c using unnest($1, $2) as n (owner, hash)
         where c.owner = n.owner and c.hash = n.hash
        """;

    private const string DeleteAllContents = "delete from journal_contents where owner = $1 and hash <> all($2)";

    private const string WriteContentKeys =
        """
        insert into content_keys (owner, keys) select * from unnest($1, $2)
        on conflict (owner) do update set keys = excluded.keys
        """;

    private const string OpenRuns =
        """
        insert into open_runs (tenant, run_key, run_prefix, conversation, model, created_at, admitted_position, waker, forked_from)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
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
                          admitted_position, ended_position, listing, forked_from)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    private const string UnlistRuns =
        """
        update runs r set listing = null
          from unnest($1, $2) as n (tenant, run_key)
         where r.tenant = n.tenant and r.run_key = n.run_key
        """;

    private const string ReleaseRuns =
        """
        update runs r set released_at = n.released_at, pinned = null
          from unnest($1, $2, $3) as n (tenant, run_key, released_at)
         where r.tenant = n.tenant and r.run_key = n.run_key
        """;

    private const string PinRuns =
        """
        update runs r set pinned = n.pinned
          from unnest($1, $2, $3) as n (tenant, run_key, pinned)
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
        AddHeads(batch, appends);
        AddContents(batch, [.. appends.SelectMany(static append => append.Contents.Select(content => (append.Stream, content)))]);
        AddReleases(batch, appends);
        AddContentKeys(batch, [.. appends.Where(static append => append.Keys is not null).Reverse().DistinctBy(static append => append.Stream)]);
        AddRuns(batch, [.. appends.SelectMany(static append => append.Runs)]);
        AddKeys(batch, [.. appends.Select(static append => append.Idempotency).OfType<IdempotencyEntry>()]);
        return batch;
    }

    // A statement does not see what it writes itself, so each record of a stream beyond the first goes into the next one. Nearly
    // always there is one.
    private static void AddRecords(NpgsqlBatch batch, IReadOnlyList<JournalAppend> appends)
    {
        var next = new Dictionary<string, int>(appends.Count, StringComparer.Ordinal);
        var statements = new List<List<PostgreSqlRecord>>(1);
        foreach (var append in appends)
        {
            var statement = next.GetValueOrDefault(append.Stream);
            for (var i = 0; i < append.Records.Count; i++, statement++)
            {
                if (statement == statements.Count)
                {
                    statements.Add(new List<PostgreSqlRecord>(appends.Count));
                }

                statements[statement].Add(PostgreSqlRecord.Of(append, i));
            }

            next[append.Stream] = statement;
        }

        foreach (var records in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(InsertRecords)
            {
                Parameters =
                {
                    Texts([.. records.Select(static record => record.Stream)]),
                    Longs([.. records.Select(static record => record.Position)]),
                    Array<Guid>(NpgsqlDbType.Uuid, [.. records.Select(static record => record.Record.RecordId)]),
                    Array<short>(NpgsqlDbType.Smallint, [.. records.Select(static record => (short)record.Record.Kind)]),
                    Longs([.. records.Select(static record => record.Record.At)]),
                    Array<byte[]>(NpgsqlDbType.Bytea, [.. records.Select(static record => Bytes(record.Record.Body))]),
                    Array<byte[]?>(NpgsqlDbType.Bytea, [.. records.Select(static record => record.Witness)]),
                    Array<byte[]>(NpgsqlDbType.Bytea, [.. records.Select(static record => record.Digest)]),
                },
            });
        }
    }

    // Of several appends of a stream the last one counts: one statement cannot write a row twice.
    private static void AddHeads(NpgsqlBatch batch, IReadOnlyList<JournalAppend> appends)
    {
        Dictionary<string, long>? heads = null;
        foreach (var append in appends)
        {
            if (RecordChain.HeadOf(append) is { } head)
            {
                (heads ??= new Dictionary<string, long>(StringComparer.Ordinal))[append.Stream] = head;
            }
        }

        if (heads is not null)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(MoveHeads) { Parameters = { Texts([.. heads.Keys]), Longs([.. heads.Values]) } });
        }
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

    // Behind all that is stored: what the same or a later append of the stream stores is left out.
    private static void AddReleases(NpgsqlBatch batch, IReadOnlyList<JournalAppend> appends)
    {
        for (var i = 0; i < appends.Count; i++)
        {
            if (appends[i].Release is not { } release)
            {
                continue;
            }

            var stream = appends[i].Stream;
            var stored = appends.Skip(i).Where(append => append.Stream == stream)
                .SelectMany(static append => append.Contents.Select(static content => content.Hash)).ToHashSet();
            ContentHash[] deleted = [.. release.Hashes.Where(hash => !stored.Contains(hash)).Distinct()];
            if (release.IsAll)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(DeleteAllContents)
                {
                    Parameters = { new NpgsqlParameter<string> { TypedValue = stream }, Hashes(stored) },
                });
            }
            else if (deleted.Length > 0)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(DeleteContents)
                {
                    Parameters = { Texts([.. deleted.Select(_ => stream)]), Hashes(deleted) },
                });
            }
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
                    Admitted(opened), Texts([.. opened.Select(static run => run.Waker)]), Origins(opened),
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
                    Texts([.. ended.Select(static run => RunKey.Of(run.Listing))]), Origins(ended),
                },
            });
        }

        var unlisted = Of(RunChangeKind.Unlist);
        if (unlisted.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(UnlistRuns) { Parameters = { Tenants(unlisted), Keys(unlisted) } });
        }

        AddRetention(batch, Of(RunChangeKind.Pin), Of(RunChangeKind.Release));

        RunEntry[] Of(RunChangeKind kind) =>
            [.. changes.Where(change => change.Kind == kind).Select(static change => change.Entry)];
    }

    // Of several changes of a pin in one batch the last one counts: one statement cannot say in which order it writes a row.
    private static void AddRetention(NpgsqlBatch batch, RunEntry[] pinned, RunEntry[] released)
    {
        if (pinned.Length > 0)
        {
            RunEntry[] last = [.. pinned.Reverse().DistinctBy(static run => (run.Tenant, run.RunId))];
            batch.BatchCommands.Add(new NpgsqlBatchCommand(PinRuns)
            {
                Parameters =
                {
                    Tenants(last), Keys(last), Array<short>(NpgsqlDbType.Smallint, [.. last.Select(static run => (short)(run.Pinned == true ? 1 : 0))]),
                },
            });
        }

        if (released.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReleaseRuns)
            {
                Parameters = { Tenants(released), Keys(released), Longs([.. released.Select(static run => run.ReleasedAt ?? 0)]) },
            });
        }
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

    private static NpgsqlParameter Origins(RunEntry[] runs) => Texts([.. runs.Select(static run => run.ForkedFrom)]);

    private static NpgsqlParameter Created(RunEntry[] runs) => Longs([.. runs.Select(static run => run.CreatedAt)]);

    private static NpgsqlParameter Admitted(RunEntry[] runs) => Longs([.. runs.Select(static run => run.AdmittedPosition)]);

    private static NpgsqlParameter Texts(string?[] values) => Array(NpgsqlDbType.Text, values);

    private static NpgsqlParameter Hashes(IEnumerable<ContentHash> hashes) =>
        Array<byte[]>(NpgsqlDbType.Bytea, [.. hashes.Select(static hash => hash.ToArray())]);

    private static NpgsqlParameter Longs(long[] values) => Array(NpgsqlDbType.Bigint, values);

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType type, T[] values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values };

    private static byte[] Bytes(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : bytes.ToArray();
}
