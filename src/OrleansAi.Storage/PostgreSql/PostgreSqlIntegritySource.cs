using System.Data;
using System.Data.Common;
using Npgsql;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;
using OrleansAi.Storage.Integrity;

namespace OrleansAi.Storage.PostgreSql;

/// <summary>Looks a PostgreSQL database over, in transactions that read and see one moment.</summary>
internal sealed class PostgreSqlIntegritySource(NpgsqlDataSource source) : IIntegritySource
{
    private const string UndefinedTable = "42P01";
    private const string UndefinedColumn = "42703";

    /// <inheritdoc />
    public async Task<IIntegrityView> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await source.OpenConnectionAsync(cancellationToken);
            try
            {
                return new View(connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken));
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }
        catch (Exception exception) when (PostgreSqlErrors.IsDatabase(exception))
        {
            throw PostgreSqlErrors.Read(exception);
        }
    }

    private sealed class View(NpgsqlConnection connection, NpgsqlTransaction transaction) : IntegrityView
    {
        public override async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }

        protected override async Task<List<T>> QueryAsync<T>(
            string sql, IReadOnlyList<KeyValuePair<string, object>> parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        {
            try
            {
                await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 600 };
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
            catch (PostgresException exception) when (exception.SqlState is UndefinedTable or UndefinedColumn)
            {
                throw IntegrityErrors.NoHashes(exception);
            }
            catch (Exception exception) when (PostgreSqlErrors.IsDatabase(exception))
            {
                throw PostgreSqlErrors.Read(exception);
            }
        }

        protected override string In(string parameter, bool ofBytes) => $"= any(@{parameter})";

        protected override object Texts(string[] texts) => texts;

        protected override object Bytes(byte[][] values) => values;

        protected override Guid ReadGuid(DbDataReader row, int column) => row.GetGuid(column);
    }
}
