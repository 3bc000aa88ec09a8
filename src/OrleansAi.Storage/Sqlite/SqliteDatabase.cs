using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansAi.Journal;
using OrleansAi.Storage.Migrations;

namespace OrleansAi.Storage.Sqlite;

/// <summary>The database file: one thread writes, one reads. In WAL mode neither waits for the other.</summary>
internal sealed partial class SqliteDatabase : IDisposable
{
    private static readonly TimeSpan ErasurePause = TimeSpan.FromSeconds(1);

    private readonly SqliteThread _writer;
    private readonly SqliteThread _reader;
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private int _isErasing;

    public SqliteDatabase(string connectionString, TimeProvider? time = null, ILogger<SqliteDatabase>? logger = null)
    {
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<SqliteDatabase>.Instance;
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
        builder.Mode = SqliteOpenMode.ReadOnly;
        ReadOnlyConnectionString = builder.ConnectionString;
    }

    /// <summary>Opens the file for one more reader.</summary>
    public string ReadOnlyConnectionString { get; }

    /// <summary>Creates the file and its schema, or brings the schema up to date.</summary>
    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        await _writer.RunAsync(static connection =>
        {
            Open(connection);
            Migrate(connection);

            // A process that was killed may have left destroyed keys in the log.
            return EraseLog(connection);
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

    /// <summary>
    /// Takes the log into the file and empties it, so that no earlier image of a page is left. In the file itself, what is
    /// deleted is overwritten (<c>secure_delete</c>). Where a reader of another process is in the way, it is tried again.
    /// </summary>
    /// <returns>Never fails: what is committed stays so, and the log is emptied later.</returns>
    public async Task EraseLogAsync()
    {
        var isDone = false;
        try
        {
            isDone = await _writer.RunAsync(EraseLog);
        }
        catch (JournalException) when (_closing.IsCancellationRequested)
        {
            // The last connection that closes empties the log too.
            return;
        }
        catch (JournalException exception)
        {
            LogNotErased(exception);
        }

        if (!isDone)
        {
            EraseLogSoon();
        }
    }

    /// <summary>The same within a second, once for all who ask until then.</summary>
    public void EraseLogSoon()
    {
        if (Interlocked.Exchange(ref _isErasing, 1) == 0)
        {
            _ = EraseLaterAsync();
        }
    }

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
        _closing.Cancel();
        _writer.Dispose();
        _reader.Dispose();
        _closing.Dispose();
    }

    private async Task EraseLaterAsync()
    {
        await Task.Delay(ErasurePause, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref _isErasing, 0);
        if (!_closing.IsCancellationRequested)
        {
            await EraseLogAsync();
        }
    }

    private static bool EraseLog(SqliteConnection connection)
    {
        // Turns wait behind this: a reader of another process must not hold them up.
        Execute(connection, "pragma busy_timeout = 100");
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "pragma wal_checkpoint(truncate)";
            using var reader = command.ExecuteReader();
            return reader.Read() && reader.GetInt64(0) == 0;
        }
        finally
        {
            Execute(connection, "pragma busy_timeout = 5000");
        }
    }

    private static void Open(SqliteConnection connection)
    {
        connection.Open();
        Execute(connection, "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000; pragma foreign_keys = on; pragma secure_delete = on");
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

    [LoggerMessage(1010, LogLevel.Warning, "Destroyed keys stand in the write-ahead log still; emptying it is tried again.")]
    private partial void LogNotErased(Exception exception);

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
