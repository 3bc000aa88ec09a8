using System.Globalization;
using Microsoft.Data.Sqlite;
using Orleans.Storage;

namespace OrleansAi.Storage.Sqlite;

/// <summary>
/// Grain storage in the journal's file, on the journal's writing thread. Orleans' own ADO.NET provider blocks its scheduler
/// on SQLite and collapses under concurrency.
/// </summary>
internal sealed class SqliteGrainStorage(SqliteDatabase database, IGrainStorageSerializer serializer) : IGrainStorage
{
    /// <inheritdoc />
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = await database.ReadAsync(connection =>
        {
            using var command = Command(
                connection, null, "select etag, payload from grain_states where name = @name and grain = @grain", stateName, grainId);
            using var reader = command.ExecuteReader();
            return reader.Read() ? ((long Etag, byte[] Payload)?)(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : null;
        });
        grainState.RecordExists = row is not null;
        grainState.ETag = row is null ? null : Text(row.Value.Etag);
        grainState.State = row is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(row.Value.Payload);
    }

    /// <inheritdoc />
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = serializer.Serialize(grainState.State).ToArray();
        var expected = Number(grainState.ETag);
        var sql = expected == 0
            ? "insert or ignore into grain_states (name, grain, etag, payload) values (@name, @grain, 1, @payload)"
            : "update grain_states set etag = etag + 1, payload = @payload where name = @name and grain = @grain and etag = @etag";
        await ChangeAsync(sql, stateName, grainId, grainState.ETag, payload);
        grainState.ETag = Text(expected + 1);
        grainState.RecordExists = true;
    }

    /// <inheritdoc />
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is not null)
        {
            await ChangeAsync(
                "delete from grain_states where name = @name and grain = @grain and etag = @etag",
                stateName, grainId, grainState.ETag, []);
        }

        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    private async Task ChangeAsync(string sql, string stateName, GrainId grainId, string? etag, byte[] payload)
    {
        var changed = await database.WriteAsync(transaction =>
        {
            using var command = Command(transaction.Connection!, transaction, sql, stateName, grainId);
            command.Parameters.AddWithValue("@payload", payload);
            command.Parameters.AddWithValue("@etag", Number(etag));
            var rows = command.ExecuteNonQuery();
            SqliteDatabase.Commit(transaction);
            return rows;
        });
        if (changed == 0)
        {
            throw new InconsistentStateException(
                $"The state '{stateName}' of {grainId} was written by somebody else since it was read.", storedEtag: "unknown", etag);
        }
    }

    private static SqliteCommand Command(
        SqliteConnection connection, SqliteTransaction? transaction, string sql, string stateName, GrainId grainId)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("@name", stateName);
        command.Parameters.AddWithValue("@grain", grainId.ToString());
        return command;
    }

    private static long Number(string? etag) => etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);

    private static string Text(long etag) => etag.ToString(CultureInfo.InvariantCulture);
}
