using Npgsql;
using OrleansAi.Journal;

namespace OrleansAi.Storage.PostgreSql;

/// <summary>The journal in PostgreSQL.</summary>
internal sealed class PostgreSqlJournalStore(NpgsqlDataSource source) : PostgreSqlJournalReader(source), IJournalStore
{
    /// <inheritdoc />
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PostgreSqlMigrator.MigrateAsync(Source, cancellationToken);
        }
        catch (Exception exception) when (PostgreSqlErrors.IsDatabase(exception))
        {
            throw PostgreSqlErrors.Read(exception);
        }
    }

    /// <inheritdoc />
    public async Task PingAsync(CancellationToken cancellationToken) =>
        await QueryAsync("select 1", [], static row => row.GetInt32(0), cancellationToken);

    /// <inheritdoc />
    public async Task<AppendOutcome?> CommitAsync(IReadOnlyList<JournalAppend> appends, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection;
        try
        {
            connection = await Source.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception exception) when (PostgreSqlErrors.IsDatabase(exception))
        {
            throw PostgreSqlErrors.NotSent(exception);
        }

        await using (connection)
        {
            // The commands of a batch are one transaction and one round trip.
            await using var batch = PostgreSqlCommit.Of(appends, connection);
            try
            {
                await batch.ExecuteNonQueryAsync(cancellationToken);
                return null;
            }
            catch (PostgresException exception) when (PostgreSqlErrors.IsKeyTaken(exception))
            {
                if (appends.Count > 1)
                {
                    return AppendOutcome.PositionTaken;
                }
            }
            catch (PostgresException exception) when (PostgreSqlErrors.IsPositionTaken(exception))
            {
                return AppendOutcome.PositionTaken;
            }
            catch (Exception exception) when (PostgreSqlErrors.IsDatabase(exception))
            {
                throw PostgreSqlErrors.Commit(exception);
            }
        }

        var key = appends[0].Idempotency!;
        return new AppendOutcome(
            AppendStatus.IdempotencyKeyTaken, await FindIdempotencyKeyAsync(key.Tenant, key.Key, cancellationToken));
    }
}
