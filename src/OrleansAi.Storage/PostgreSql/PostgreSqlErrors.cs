using System.Data.Common;
using Npgsql;
using OrleansAi.Journal;

namespace OrleansAi.Storage.PostgreSql;

/// <summary>What an error of the database means for an append.</summary>
internal static class PostgreSqlErrors
{
    private const string IdempotencyKey = "idempotency_keys_pkey";

    /// <summary>True when the stream has moved: the place is taken, or the record before it is missing.</summary>
    public static bool IsPositionTaken(PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.UniqueViolation => exception.ConstraintName != IdempotencyKey,
        PostgresErrorCodes.NotNullViolation => exception is { TableName: "journal_records", ColumnName: "record_id" },
        _ => false,
    };

    /// <summary>True when the idempotency key is in use.</summary>
    public static bool IsKeyTaken(PostgresException exception) =>
        exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: IdempotencyKey };

    /// <summary>An error before anything of a transaction was sent.</summary>
    public static JournalException NotSent(Exception exception) =>
        new($"The database cannot be reached: {exception.Message}", outcomeKnown: true, isTransient: true, exception);

    /// <summary>An error of a transaction.</summary>
    public static JournalException Commit(Exception exception) => exception is PostgresException refused && IsRollback(refused)
        ? new($"The database refused the write ({refused.SqlState}): {refused.MessageText}", outcomeKnown: true, refused.IsTransient, refused)
        : new($"The database was lost during a write: {exception.Message}", outcomeKnown: false, isTransient: true, exception);

    /// <summary>An error of a query.</summary>
    public static JournalException Read(Exception exception) => new(
        $"The database cannot be read: {exception.Message}",
        outcomeKnown: true,
        isTransient: exception is not PostgresException refused || refused.IsTransient,
        exception);

    /// <summary>True for what the database and its driver throw.</summary>
    public static bool IsDatabase(Exception exception) =>
        exception is DbException or TimeoutException or IOException or System.Net.Sockets.SocketException;

    // An error that the server reports rolls the transaction back, except where the server or the connection itself goes
    // down: then the report may belong to the time after the commit (classes 08, 57 and 58 of the SQLSTATE list).
    private static bool IsRollback(PostgresException exception) =>
        !(exception.SqlState.StartsWith("08", StringComparison.Ordinal)
            || exception.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || exception.SqlState.StartsWith("58", StringComparison.Ordinal));
}
