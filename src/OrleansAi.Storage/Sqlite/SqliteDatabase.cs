using Microsoft.Data.Sqlite;
using OrleansAi.Storage.Migrations;

namespace OrleansAi.Storage.Sqlite;

/// <summary>The database file: one thread writes, one reads. In WAL mode neither waits for the other.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly SqliteThread _writer;
    private readonly SqliteThread _reader;
    private readonly string _file;

    public SqliteDatabase(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString)
        {
            // The two connections live as long as the process.
            Pooling = false,
        };
        if (builder.DataSource is "" or ":memory:" || builder.Mode == SqliteOpenMode.Memory)
        {
            throw new ArgumentException(
                $"The connection string '{connectionString}' names no file; use for example 'Data Source=data/orleansai.db'.",
                nameof(connectionString));
        }

        _file = Path.GetFullPath(builder.DataSource);
        builder.DataSource = _file;
        _writer = new SqliteThread(builder.ConnectionString, "sqlite-writer");
        _reader = new SqliteThread(builder.ConnectionString, "sqlite-reader");
    }

    /// <summary>Creates the file and its schema, or brings the schema up to date.</summary>
    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        await _writer.RunAsync(static connection =>
        {
            Open(connection);
            Migrate(connection);
            return true;
        });
        await _reader.RunAsync(static connection =>
        {
            Open(connection);
            return true;
        });
    }

    /// <summary>Does a piece of work in a write transaction. The work commits it or leaves it to be rolled back.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteTransaction, T> work) => _writer.RunAsync(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        return work(transaction);
    });

    /// <summary>Reads a consistent state.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work) => _reader.RunAsync(work);

    /// <summary>Commits, and says so when that is in doubt.</summary>
    public static void Commit(SqliteTransaction transaction)
    {
        try
        {
            transaction.Commit();
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.OfCommit(exception);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _writer.Dispose();
        _reader.Dispose();
    }

    private static void Open(SqliteConnection connection)
    {
        connection.Open();
        Execute(connection, "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000; pragma foreign_keys = on");
    }

    private static void Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        Execute(connection, "create table if not exists schema_migrations (number integer primary key, name text not null) strict");
        foreach (var migration in Migration.Of("Sqlite"))
        {
            using var note = connection.CreateCommand();
            note.CommandText = "insert or ignore into schema_migrations (number, name) values (@number, @name)";
            note.Parameters.AddWithValue("@number", migration.Number);
            note.Parameters.AddWithValue("@name", migration.Name);
            if (note.ExecuteNonQuery() == 1)
            {
                Execute(connection, migration.Sql);
            }
        }

        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
