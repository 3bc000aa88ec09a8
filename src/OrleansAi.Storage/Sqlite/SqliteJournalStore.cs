using Microsoft.Data.Sqlite;
using OrleansAi.Journal;

namespace OrleansAi.Storage.Sqlite;

/// <summary>The journal in a SQLite file.</summary>
internal sealed class SqliteJournalStore(SqliteDatabase database) : SqliteJournalReader(database), IJournalStore
{
    private SqliteCommit? _commit;

    /// <inheritdoc />
    public Task InitializeAsync(CancellationToken cancellationToken) => Database.InitializeAsync();

    /// <inheritdoc />
    public Task PingAsync(CancellationToken cancellationToken) => Database.ReadAsync(static connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from schema_migrations";
        return command.ExecuteScalar();
    });

    /// <inheritdoc />
    public async Task<AppendOutcome?> CommitAsync(IReadOnlyList<JournalAppend> appends, CancellationToken cancellationToken)
    {
        var status = await Database.WriteAsync(transaction => Commit(appends, transaction));
        if (status is null)
        {
            await EraseAsync(appends);
            return null;
        }

        if (status != AppendStatus.IdempotencyKeyTaken)
        {
            return AppendOutcome.PositionTaken;
        }

        if (appends.Count > 1)
        {
            return AppendOutcome.PositionTaken;
        }

        var key = appends[0].Idempotency!;
        return new AppendOutcome(status.Value, await FindIdempotencyKeyAsync(key.Tenant, key.Key, cancellationToken));
    }

    // The keys that an append has destroyed stand in the log still, in the old images of their pages.
    private async Task EraseAsync(IReadOnlyList<JournalAppend> appends)
    {
        if (appends.Any(static append => append.Keys?.Erasure == KeyErasure.AtOnce))
        {
            await Database.EraseLogAsync();
        }
        else if (appends.Any(static append => append.Keys?.Erasure == KeyErasure.Soon))
        {
            Database.EraseLogSoon();
        }
    }

    private AppendStatus? Commit(IReadOnlyList<JournalAppend> appends, SqliteTransaction transaction)
    {
        _commit ??= new SqliteCommit(transaction.Connection!);
        foreach (var append in appends)
        {
            if (_commit.Write(append, transaction) is { } refusal)
            {
                return refusal;
            }
        }

        SqliteDatabase.Commit(transaction);
        return null;
    }
}
