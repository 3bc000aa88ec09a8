using System.Data.Common;
using System.Globalization;
using OrleansAi.Engine.Integrity;

namespace OrleansAi.Tests.Cluster.Integrity;

/// <summary>An injury that was made.</summary>
/// <param name="What">What it is.</param>
/// <param name="Table">The table.</param>
/// <param name="Stream">The stream of the row.</param>
/// <param name="Kind">As what it has to be named; null where more than one name is right.</param>
internal sealed record MadeInjury(string What, string Table, string Stream, InjuryKind? Kind);

/// <summary>
/// Injures the tables of a journal at random: a byte of a column, a row that is deleted, a column or a place that two rows
/// exchange, the end of a stream that is cut off.
/// </summary>
internal sealed class Injurer
{
    private static readonly TableShape[] Shapes =
    [
        new("journal_records", ["stream", "position"], ["stream", "position", "record_id", "kind", "at", "body", "witness", "hash"]),
        new("journal_contents", ["owner", "hash"], ["owner", "hash", "bytes"]),
        new("content_keys", ["owner"], ["owner", "keys"]),
        new("stream_heads", ["stream"], ["stream", "position"]),
        new("open_runs", ["tenant", "run_key"],
            ["tenant", "run_key", "run_prefix", "conversation", "model", "created_at", "admitted_position", "waker", "forked_from"]),
        new("runs", ["tenant", "run_key"],
        [
            "tenant", "run_key", "run_prefix", "conversation", "model", "status", "created_at", "ended_at", "admitted_position",
            "ended_position", "listing", "forked_from", "released_at", "pinned",
        ]),
        new("idempotency_keys", ["tenant", "key"], ["tenant", "key", "request_hash", "run_id", "conversation", "at"]),
    ];

    private readonly Dictionary<string, List<object?[]>> _rows = [];

    private Injurer()
    {
    }

    /// <summary>The tables.</summary>
    public static IEnumerable<string> Tables => Shapes.Select(static shape => shape.Name);

    /// <summary>How many rows a table has.</summary>
    public int Count(string table) => _rows[table].Count;

    /// <summary>Reads what there is to injure.</summary>
    public static async Task<Injurer> ReadAsync(DbConnection connection)
    {
        var injurer = new Injurer();
        foreach (var shape in Shapes)
        {
            var rows = injurer._rows[shape.Name] = [];
            await using var command = connection.CreateCommand();
            command.CommandText = $"select {string.Join(", ", shape.Columns)} from {shape.Name} order by {string.Join(", ", shape.Keys)}";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                rows.Add([.. Enumerable.Range(0, shape.Columns.Length).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
            }
        }

        return injurer;
    }

    /// <summary>Makes one injury.</summary>
    /// <returns>Null when the database does not allow it.</returns>
    public async Task<MadeInjury?> TryInjureAsync(DbConnection connection, Random random)
    {
        // Half of the injuries are in the records, the rest in all tables alike.
        var shape = random.Next(2) == 0 ? Shapes[0] : Shapes[random.Next(Shapes.Length)];
        var (injury, statements) = random.Next(10) switch
        {
            < 6 => ChangeByte(shape, random),
            < 7 => Delete(shape, random),
            < 9 => Swap(shape, random),
            _ => Truncate(random),
        };
        if (injury is null)
        {
            return null;
        }

        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            foreach (var (sql, values) in statements)
            {
                await using var command = connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText = sql;
                for (var i = 0; i < values.Length; i++)
                {
                    var parameter = command.CreateParameter();
                    parameter.ParameterName = $"p{i}";
                    parameter.Value = values[i];
                    command.Parameters.Add(parameter);
                }

                if (await command.ExecuteNonQueryAsync() == 0)
                {
                    throw new InvalidOperationException($"{injury.What} hits no row.");
                }
            }

            await transaction.CommitAsync();
            return injury;
        }
        catch (DbException)
        {
            // A key that is taken, a number out of range: such an injury cannot be.
            return null;
        }
    }

    private (MadeInjury?, (string Sql, object[] Values)[]) ChangeByte(TableShape shape, Random random)
    {
        var row = _rows[shape.Name][random.Next(_rows[shape.Name].Count)];
        var column = random.Next(shape.Columns.Length);
        return row[column] is not { } value || Changed(value, random) is not { } changed
            ? (null, [])
            : (Made($"byte of {shape.Columns[column]} of {Name(shape, row)}", shape, row), [Set(shape, row, shape.Columns[column], changed)]);
    }

    private (MadeInjury?, (string Sql, object[] Values)[]) Delete(TableShape shape, Random random)
    {
        var row = _rows[shape.Name][random.Next(_rows[shape.Name].Count)];
        var isLast = shape == Shapes[0] && (long)row[1]! == LastOf((string)row[0]!);
        return (Made($"delete {Name(shape, row)}", shape, row, isLast ? InjuryKind.Truncated : InjuryKind.Missing), [($"delete from {shape.Name} where {Where(shape, 0)}", Keys(shape, row))]);
    }

    private (MadeInjury?, (string Sql, object[] Values)[]) Swap(TableShape shape, Random random)
    {
        var rows = _rows[shape.Name];
        var (one, other) = (rows[random.Next(rows.Count)], rows[random.Next(rows.Count)]);
        if (shape.Name == "journal_records" && random.Next(2) == 0)
        {
            var neighbours = rows.Where(row => Equals(row[0], one[0]) && !ReferenceEquals(row, one)).ToArray();
            if (neighbours.Length == 0)
            {
                return (null, []);
            }

            other = neighbours[random.Next(neighbours.Length)];
            return (Made($"swap the places of {Name(shape, one)} and {Name(shape, other)}", shape, one, InjuryKind.Reordered),
            [
                Set(shape, one, "position", long.MaxValue), Set(shape, other, "position", one[1]!),
                ("update journal_records set position = @p2 where stream = @p0 and position = @p1", [one[0]!, long.MaxValue, other[1]!]),
            ]);
        }

        var columns = Enumerable.Range(0, shape.Columns.Length).Where(i => !shape.Keys.Contains(shape.Columns[i])).ToArray();
        var column = shape.Name == "journal_records" ? Array.IndexOf(shape.Columns, "body") : columns[random.Next(columns.Length)];
        return one[column] is not { } first || other[column] is not { } second || AreSame(first, second)
            ? (null, [])
            : (Made($"swap {shape.Columns[column]} of {Name(shape, one)} and {Name(shape, other)}", shape, one),
            [
                Set(shape, one, shape.Columns[column], second), Set(shape, other, shape.Columns[column], first),
            ]);
    }

    private (MadeInjury?, (string Sql, object[] Values)[]) Truncate(Random random)
    {
        var row = _rows[Shapes[0].Name][random.Next(_rows[Shapes[0].Name].Count)];
        var stream = (string)row[0]!;
        var last = LastOf(stream);
        var to = random.NextInt64(last);
        return (Made($"truncate {stream} to {to} of {last}", Shapes[0], row, InjuryKind.Truncated), [("delete from journal_records where stream = @p0 and position > @p1", [stream, to])]);
    }

    private long LastOf(string stream) => _rows[Shapes[0].Name].Where(row => (string)row[0]! == stream).Max(static row => (long)row[1]!);

    private static MadeInjury Made(string what, TableShape shape, object?[] row, InjuryKind? kind = null)
    {
        var conversation = Array.IndexOf(shape.Columns, "conversation");
        return new MadeInjury(what, shape.Name, conversation < 0 ? (string)row[0]! : $"{row[0]}/{row[conversation]}", kind);
    }

    private static (string Sql, object[] Values) Set(TableShape shape, object?[] row, string column, object value) =>
        ($"update {shape.Name} set {column} = @p0 where {Where(shape, 1)}", [value, .. Keys(shape, row)]);

    private static string Where(TableShape shape, int first) =>
        string.Join(" and ", shape.Keys.Select((key, i) => $"{key} = @p{first + i}"));

    private static object[] Keys(TableShape shape, object?[] row) =>
        [.. shape.Keys.Select(key => row[Array.IndexOf(shape.Columns, key)]!)];

    private static string Name(TableShape shape, object?[] row) => $"{shape.Name} {string.Join(" ", Keys(shape, row).Select(static key =>
        key is byte[] bytes ? Convert.ToHexStringLower(bytes) : Convert.ToString(key, CultureInfo.InvariantCulture)))}";

    private static bool AreSame(object a, object b) => a is byte[] x && b is byte[] y ? x.AsSpan().SequenceEqual(y) : a.Equals(b);

    private static object? Changed(object value, Random random)
    {
        var mask = (byte)random.Next(1, 256);
        switch (value)
        {
            case string { Length: > 0 } text:
                var place = random.Next(text.Length);
                var letter = (char)('a' + random.Next(26));
                return letter == text[place] ? null : text[..place] + letter + text[(place + 1)..];
            case byte[] { Length: > 0 } bytes:
                var copy = (byte[])bytes.Clone();
                copy[random.Next(copy.Length)] ^= mask;
                return copy;
            case Guid id:
                var raw = id.ToByteArray();
                raw[random.Next(raw.Length)] ^= mask;
                return new Guid(raw);
            case long number:
                return number ^ ((long)mask << (8 * random.Next(8)));
            case short number:
                return (short)(number ^ (mask << (8 * random.Next(2))));
            default:
                return null;
        }
    }

    private sealed record TableShape(string Name, string[] Keys, string[] Columns);
}
