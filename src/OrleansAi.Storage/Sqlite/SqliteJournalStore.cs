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
        if (status != AppendStatus.IdempotencyKeyTaken)
        {
            return status is null ? null : AppendOutcome.PositionTaken;
        }

        if (appends.Count > 1)
        {
            return AppendOutcome.PositionTaken;
        }

        var key = appends[0].Idempotency!;
        return new AppendOutcome(status.Value, await FindIdempotencyKeyAsync(key.Tenant, key.Key, cancellationToken));
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
