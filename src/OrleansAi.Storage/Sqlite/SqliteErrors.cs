using Microsoft.Data.Sqlite;
using OrleansAi.Journal;

namespace OrleansAi.Storage.Sqlite;

/// <summary>What an error of SQLite means. The codes are those of https://www.sqlite.org/rescode.html.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    /// <summary>An error outside a commit: the transaction is rolled back.</summary>
    public static JournalException Of(SqliteException exception) => new(
        $"The database file cannot be used (SQLite {exception.SqliteErrorCode}): {exception.Message}",
        outcomeKnown: true,
        isTransient: exception.SqliteErrorCode is Busy or Locked or InputOutput or Full or CannotOpen,
        exception);

    /// <summary>An error of the commit itself: only a lock that was not given leaves no doubt.</summary>
    public static JournalException OfCommit(SqliteException exception) => new(
        $"The database file was not written for certain (SQLite {exception.SqliteErrorCode}): {exception.Message}",
        outcomeKnown: exception.SqliteErrorCode is Busy or Locked,
        isTransient: true,
        exception);
}
