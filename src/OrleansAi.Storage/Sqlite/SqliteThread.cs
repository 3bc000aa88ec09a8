using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using OrleansAi.Journal;

namespace OrleansAi.Storage.Sqlite;

/// <summary>
/// One connection on one thread. The driver is synchronous: on the thread pool, many callers would block its threads and
/// wait for each other's locks.
/// </summary>
internal sealed class SqliteThread : IDisposable
{
    private readonly BlockingCollection<Action<SqliteConnection>> _work = [];
    private readonly Thread _thread;
    private readonly string _connectionString;

    public SqliteThread(string connectionString, string name)
    {
        _connectionString = connectionString;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Does a piece of work on the thread.</summary>
    public Task<T> RunAsync<T>(Func<SqliteConnection, T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _work.Add(connection =>
            {
                try
                {
                    done.SetResult(work(connection));
                }
                catch (Exception exception)
                {
                    done.SetException(exception is SqliteException error ? SqliteErrors.Of(error) : exception);
                }
            });
        }
        catch (InvalidOperationException)
        {
            throw new JournalException("The database is closing.", outcomeKnown: true, isTransient: true);
        }

        return done.Task;
    }

    /// <summary>Does what was asked for and ends the thread.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        using var connection = new SqliteConnection(_connectionString);
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work(connection);
        }
    }
}
