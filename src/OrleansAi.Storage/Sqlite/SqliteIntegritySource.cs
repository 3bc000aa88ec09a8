using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using OrleansAi.Journal.Integrity;
using OrleansAi.Storage.Integrity;

namespace OrleansAi.Storage.Sqlite;

/// <summary>Looks a SQLite file over on a connection of its own that only reads, so that nobody waits for it.</summary>
internal sealed class SqliteIntegritySource(SqliteDatabase database) : IIntegritySource
{
    private const int GenericError = 1;

    /// <inheritdoc />
    public async Task<IIntegrityView> OpenAsync(CancellationToken cancellationToken)
    {
        var thread = new SqliteThread(database.ReadOnlyConnectionString, "sqlite-integrity");
        try
        {
            return await thread.RunAsync(connection =>
            {
                connection.Open();
                connection.CreateFunction("sha256", (byte[]? bytes) => bytes is null ? null : SHA256.HashData(bytes), isDeterministic: true);
                using var command = connection.CreateCommand();
                command.CommandText = "pragma busy_timeout = 5000; begin";
                command.ExecuteNonQuery();
                return new View(thread);
            });
        }
        catch
        {
            thread.Dispose();
            throw;
        }
    }

    private sealed class View(SqliteThread thread) : IntegrityView
    {
        public override ValueTask DisposeAsync()
        {
            // Closing the connection ends its transaction.
            thread.Dispose();
            return ValueTask.CompletedTask;
        }

        protected override Task<List<T>> QueryAsync<T>(
            string sql, IReadOnlyList<KeyValuePair<string, object>> parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
            thread.RunAsync(connection =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var command = connection.CreateCommand();
                command.CommandText = sql;
                foreach (var (name, value) in parameters)
                {
                    command.Parameters.AddWithValue("@" + name, value);
                }

                try
                {
                    using var reader = command.ExecuteReader();
                    var rows = new List<T>();
                    while (reader.Read())
                    {
                        rows.Add(read(reader));
                    }

                    return rows;
                }
                catch (SqliteException exception) when (
                    exception.SqliteErrorCode == GenericError && exception.Message.Contains("no such", StringComparison.Ordinal))
                {
                    throw IntegrityErrors.NoHashes(exception);
                }
            });

        protected override string In(string parameter, bool ofBytes) => ofBytes
            ? $"in (select unhex(value) from json_each(@{parameter}))"
            : $"in (select value from json_each(@{parameter}))";

        protected override object Texts(string[] texts) => ToJson(texts);

        protected override object Bytes(byte[][] values) => ToJson([.. values.Select(Convert.ToHexString)]);

        protected override Guid ReadGuid(DbDataReader row, int column) => new(row.GetFieldValue<byte[]>(column), bigEndian: true);

        private static string ToJson(string[] texts)
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
            {
                writer.WriteStartArray();
                foreach (var text in texts)
                {
                    writer.WriteStringValue(text);
                }

                writer.WriteEndArray();
            }

            return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
        }
    }
}
