using Microsoft.Data.Sqlite;
using OrleansAi.Journal;

namespace OrleansAi.Storage.Sqlite;

/// <summary>Reads what is wanted of many streams in one visit of the reading thread.</summary>
internal static class SqliteBatchRead
{
    public static BatchAnswer Read(SqliteConnection connection, BatchRead read)
    {
        var records = new Dictionary<string, List<JournalRecord>>(StringComparer.Ordinal);
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var contents = new Dictionary<OwnedHash, ReadOnlyMemory<byte>>();
        using (var command = Command(
            connection,
            $"select {SqliteJournalReader.RecordColumns} from journal_records where stream = @stream and position between @first and @last"
                + $"{SqliteJournalReader.OfKinds(read.Kinds)} order by position"))
        {
            foreach (var span in read.Merged())
            {
                Ask(command, ("@stream", span.Stream), ("@first", span.First), ("@last", span.Last));
                using var rows = command.ExecuteReader();
                while (rows.Read())
                {
                    if (!records.TryGetValue(span.Stream, out var list))
                    {
                        records[span.Stream] = list = [];
                    }

                    list.Add(SqliteJournalReader.ReadRecord(rows));
                }
            }
        }

        using (var command = Command(connection, "select keys from content_keys where owner = @owner"))
        {
            foreach (var owner in read.KeysOf.Distinct(StringComparer.Ordinal))
            {
                Ask(command, ("@owner", owner));
                if (command.ExecuteScalar() is byte[] found)
                {
                    keys[owner] = found;
                }
            }
        }

        using (var command = Command(connection, "select bytes from journal_contents where owner = @owner and hash = @hash"))
        {
            foreach (var wanted in read.Contents.Distinct())
            {
                Ask(command, ("@owner", wanted.Owner), ("@hash", wanted.Hash.ToArray()));
                if (command.ExecuteScalar() is byte[] found)
                {
                    contents[wanted] = found;
                }
            }
        }

        return new BatchAnswer(records, keys, contents);
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static void Ask(SqliteCommand command, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        command.Parameters.Clear();
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }
    }
}
