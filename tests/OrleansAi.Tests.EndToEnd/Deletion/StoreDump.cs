using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace OrleansAi.Tests.EndToEnd.Deletion;

/// <summary>Everything that a store holds: each value of each row of each table and, of SQLite, each byte of its files.</summary>
internal sealed class StoreDump
{
    private readonly List<byte[]> _everything = [];

    /// <summary>The rows of a table, by the names of their columns.</summary>
    public Dictionary<string, List<Dictionary<string, object>>> Tables { get; } = new(StringComparer.Ordinal);

    public static async Task<StoreDump> ReadAsync(Storage storage, string connectionString)
    {
        var dump = new StoreDump();
        if (storage == Storage.Sqlite)
        {
            // The files first, as they lie there: a connection could change them.
            dump.AddFiles(new SqliteConnectionStringBuilder(connectionString).DataSource);
            await using var file = new SqliteConnection($"{connectionString};Mode=ReadOnly;Pooling=False");
            await dump.AddTablesAsync(file, "select name from sqlite_master where type = 'table'");
        }
        else
        {
            await using var database = new NpgsqlConnection(connectionString);
            await dump.AddTablesAsync(database, "select tablename from pg_tables where schemaname = 'public'");
        }

        return dump;
    }

    /// <summary>True when the bytes stand anywhere.</summary>
    public bool Holds(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in _everything)
        {
            if (one.AsSpan().IndexOf(bytes) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when the text stands anywhere, in UTF-8.</summary>
    public bool Holds(string text) => Holds(Encoding.UTF8.GetBytes(text));

    private void AddFiles(string file)
    {
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file)!))
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            _everything.Add(bytes.ToArray());
        }
    }

    private async Task AddTablesAsync(DbConnection connection, string list)
    {
        await connection.OpenAsync();
        foreach (var table in (await RowsAsync(connection, list)).Select(static row => (string)row.Values.First()))
        {
            var rows = Tables[table] = await RowsAsync(connection, $"select * from \"{table.ToLowerInvariant()}\"");
            _everything.AddRange(rows.SelectMany(static row => row.Values).Select(static value =>
                value as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "")));
        }
    }

    private static async Task<List<Dictionary<string, object>>> RowsAsync(DbConnection connection, string query)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object>>();
        while (await reader.ReadAsync())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetValue, StringComparer.Ordinal));
        }

        return rows;
    }
}
