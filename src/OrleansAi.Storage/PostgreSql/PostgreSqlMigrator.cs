using Npgsql;
using OrleansAi.Storage.Migrations;

namespace OrleansAi.Storage.PostgreSql;

/// <summary>Brings the schema up to date. Processes that start at once stand in line at an advisory lock.</summary>
internal static class PostgreSqlMigrator
{
    // Any number will do, as long as it is always the same one.
    private const long LockKey = 0x4F724C41_69313031;

    public static async Task MigrateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", cancellationToken);
        try
        {
            await ExecuteAsync(
                connection,
                """
                create table if not exists schema_migrations (
                  number integer primary key, name text not null, applied_at timestamptz not null default now())
                """,
                cancellationToken);
            var applied = await ReadAppliedAsync(connection, cancellationToken);
            foreach (var migration in Migration.Of("PostgreSql").Where(migration => !applied.Contains(migration.Number)))
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

                // A migration holds names like @Port inside texts: it is run as it stands, without parameters.
                await ExecuteAsync(connection, migration.Sql, cancellationToken);
                await using var note = new NpgsqlCommand(
                    "insert into schema_migrations (number, name) values ($1, $2)", connection, transaction)
                {
                    Parameters = { new() { Value = migration.Number }, new() { Value = migration.Name } },
                };
                await note.ExecuteNonQueryAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    private static async Task<HashSet<int>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select number from schema_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(reader.GetInt32(0));
        }

        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
