using Microsoft.Data.Sqlite;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;
using OrleansAi.Storage.Index;

namespace OrleansAi.Storage.Sqlite;

/// <summary>The statements of a commit, prepared once for the writing connection.</summary>
internal sealed class SqliteCommit
{
    private readonly SqliteCommand _head;
    private readonly SqliteCommand _record;
    private readonly SqliteCommand _streamHead;
    private readonly SqliteCommand _content;
    private readonly SqliteCommand _deleteContent;
    private readonly SqliteCommand _deleteContents;
    private readonly SqliteCommand _contentKeys;
    private readonly SqliteCommand _open;
    private readonly SqliteCommand _wake;
    private readonly SqliteCommand _close;
    private readonly SqliteCommand _end;
    private readonly SqliteCommand _unlist;
    private readonly SqliteCommand _release;
    private readonly SqliteCommand _pin;
    private readonly SqliteCommand _key;

    public SqliteCommit(SqliteConnection connection)
    {
        _head = Prepare("select position, hash from journal_records where stream = ?1 order by position desc limit 1");
        _record = Prepare(
            "insert into journal_records (stream, position, record_id, kind, at, body, witness, hash) "
            + "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        _streamHead = Prepare(
            "insert into stream_heads (stream, position) values (?1, ?2) on conflict (stream) do update set position = excluded.position");
        _content = Prepare("insert or ignore into journal_contents (owner, hash, bytes) values (?1, ?2, ?3)");
        _deleteContent = Prepare("delete from journal_contents where owner = ?1 and hash = ?2");
        _deleteContents = Prepare("delete from journal_contents where owner = ?1");
        _contentKeys = Prepare(
            "insert into content_keys (owner, keys) values (?1, ?2) on conflict (owner) do update set keys = excluded.keys");
        _open = Prepare(
            "insert into open_runs (tenant, run_key, run_prefix, conversation, model, created_at, admitted_position, waker, forked_from) "
            + "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        _wake = Prepare("update open_runs set waker = ?3 where run_key = ?2 and tenant = ?1");
        _close = Prepare("delete from open_runs where run_key = ?2 and tenant = ?1");
        _end = Prepare(
            "insert into runs (tenant, run_key, run_prefix, conversation, model, status, created_at, ended_at, "
            + "admitted_position, ended_position, listing, forked_from) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
        _unlist = Prepare("update runs set listing = null where tenant = ?1 and run_key = ?2");
        _release = Prepare("update runs set released_at = ?3, pinned = null where tenant = ?1 and run_key = ?2");
        _pin = Prepare("update runs set pinned = ?3 where tenant = ?1 and run_key = ?2");
        _key = Prepare(
            "insert or ignore into idempotency_keys (tenant, key, request_hash, run_id, conversation, at) "
            + "values (?1, ?2, ?3, ?4, ?5, ?6)");

        SqliteCommand Prepare(string sql)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            return command;
        }
    }

    /// <summary>Writes an append.</summary>
    /// <returns>Null, or why it cannot be written; then part of it may be in the transaction.</returns>
    public AppendStatus? Write(JournalAppend append, SqliteTransaction transaction)
    {
        var (head, hash) = ReadHead(append.Stream, transaction);
        if (head != append.ExpectedPosition)
        {
            return AppendStatus.PositionTaken;
        }

        if (append.Idempotency is { } key
            && Run(_key, transaction, key.Tenant, key.Key, key.RequestHash, key.RunId, key.Conversation, key.At) == 0)
        {
            return AppendStatus.IdempotencyKeyTaken;
        }

        WriteRecords(append, hash, transaction);
        Release(append, transaction);
        foreach (var content in append.Contents)
        {
            Run(_content, transaction, append.Stream, content.Hash.ToArray(), content.Bytes.ToArray());
        }

        if (append.Keys is { } keys)
        {
            Run(_contentKeys, transaction, append.Stream, keys.Keys.ToArray());
        }

        foreach (var (kind, run) in append.Runs)
        {
            Write(kind, run, transaction);
        }

        return null;
    }

    private void Release(JournalAppend append, SqliteTransaction transaction)
    {
        if (append.Release is not { } release)
        {
            return;
        }

        if (release.IsAll)
        {
            Run(_deleteContents, transaction, append.Stream);
        }

        foreach (var hash in release.Hashes)
        {
            Run(_deleteContent, transaction, append.Stream, hash.ToArray());
        }
    }

    private (long Position, byte[] Hash) ReadHead(string stream, SqliteTransaction transaction)
    {
        Bind(_head, transaction, stream);
        using var reader = _head.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.IsDBNull(1) ? [] : reader.GetFieldValue<byte[]>(1)) : (0, []);
    }

    private void WriteRecords(JournalAppend append, byte[] hash, SqliteTransaction transaction)
    {
        var position = append.ExpectedPosition;
        for (var i = 0; i < append.Records.Count; i++)
        {
            var record = append.Records[i];
            var witness = i == append.Records.Count - 1 ? Witness.Of(append) : null;
            position++;
            hash = RecordChain.Link(hash, RecordChain.Digest(
                append.Stream, position, record.RecordId, record.Kind, record.At, witness, record.Body.Span));
            Run(
                _record, transaction, append.Stream, position, record.RecordId.ToByteArray(bigEndian: true),
                (long)record.Kind, record.At, record.Body.ToArray(), witness ?? (object)DBNull.Value, hash);
        }

        if (RecordChain.HeadOf(append) is { } head)
        {
            Run(_streamHead, transaction, append.Stream, head);
        }
    }

    private void Write(RunChangeKind kind, RunEntry run, SqliteTransaction transaction)
    {
        var (prefix, key) = RunKey.Split(run.RunId);
        switch (kind)
        {
            case RunChangeKind.Open:
                Run(
                    _open, transaction, run.Tenant, key, prefix, run.Conversation, run.Model, run.CreatedAt,
                    run.AdmittedPosition, run.Waker ?? (object)DBNull.Value, run.ForkedFrom ?? (object)DBNull.Value);
                break;
            case RunChangeKind.Wake:
                Run(_wake, transaction, run.Tenant, key, run.Waker ?? (object)DBNull.Value);
                break;
            case RunChangeKind.End:
                Run(_close, transaction, run.Tenant, key);
                Run(
                    _end, transaction, run.Tenant, key, prefix, run.Conversation, run.Model, (long)run.Status, run.CreatedAt,
                    run.EndedAt ?? 0, run.AdmittedPosition, run.EndedPosition ?? 0, RunKey.Of(run.Listing) ?? (object)DBNull.Value,
                    run.ForkedFrom ?? (object)DBNull.Value);
                break;
            case RunChangeKind.Unlist:
                Run(_unlist, transaction, run.Tenant, key);
                break;
            case RunChangeKind.Release:
                Run(_release, transaction, run.Tenant, key, run.ReleasedAt ?? 0);
                break;
            case RunChangeKind.Pin:
                Run(_pin, transaction, run.Tenant, key, run.Pinned == true ? 1L : 0L);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such change of the index.");
        }
    }

    private static int Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        Bind(command, transaction, values);
        return command.ExecuteNonQuery();
    }

    private static void Bind(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            if (i == command.Parameters.Count)
            {
                command.Parameters.AddWithValue($"?{i + 1}", values[i]);
            }
            else
            {
                command.Parameters[i].Value = values[i];
            }
        }
    }
}
