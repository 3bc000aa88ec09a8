using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace OrleansAi.Cli.Terminal;

/// <summary>How answers are shown to a reader.</summary>
internal static class Show
{
    /// <summary>A text without what would command a terminal: it may come from a model, or from anybody who talked to one.</summary>
    public static string Safe(string? text) => text is null
        ? ""
        : string.Concat(text.Select(static c => c is '\n' or '\t' || !char.IsControl(c) ? c : '\uFFFD'));

    /// <summary>A table of objects.</summary>
    /// <param name="session">Where it goes.</param>
    /// <param name="rows">The objects.</param>
    /// <param name="columns">The heads and what is below them.</param>
    public static void Table(Session session, IEnumerable<JsonNode> rows, params (string Head, Func<JsonNode, string?> Cell)[] columns)
    {
        var table = new Table().Border(TableBorder.None).AddColumns([.. columns.Select(static column => new TableColumn($"[grey]{column.Head}[/]").NoWrap())]);
        foreach (var row in rows)
        {
            table.AddRow([.. columns.Select(column => Cell(column.Cell(row)))]);
        }

        session.Output.Write(table);
    }

    /// <summary>Any answer: names with their values, deeper ones further in, nothing left out but what is null or empty.</summary>
    public static void Fields(Session session, JsonNode? node, int depth = 0)
    {
        var indent = new string(' ', depth * 2);
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields)
                {
                    Field(session, name, value, depth, indent);
                }

                break;
            case JsonArray list:
                foreach (var entry in list)
                {
                    if (entry is JsonValue)
                    {
                        session.Output.Write(new Text($"{indent}- {Safe(Json.Scalar(entry))}\n"));
                        continue;
                    }

                    session.Output.Write(new Text($"{indent}-\n"));
                    Fields(session, entry, depth + 1);
                }

                break;
        }
    }

    /// <summary>A time as it came, to the second; a dash for none.</summary>
    public static string Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : text is not null && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? Time(DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("O", CultureInfo.InvariantCulture))
                : "-";

    /// <summary>A duration in the unit that reads best.</summary>
    public static string Milliseconds(double? value) => value switch
    {
        null => "-",
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} ms"),
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000:0.0} s"),
    };

    private static void Field(Session session, string name, JsonNode? value, int depth, string indent)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            session.Output.Write(new Markup($"{indent}[bold]{Markup.Escape(Safe(name))}[/]\n"));
            Fields(session, value, depth + 1);
        }
        else if (Json.Scalar(value) is { Length: > 0 } text)
        {
            var further = Safe(text).Replace("\n", $"\n{indent}  ", StringComparison.Ordinal);
            session.Output.Write(new Markup($"{indent}[grey]{Markup.Escape(Safe(name))}[/] {Markup.Escape(further)}\n"));
        }
    }

    private static Markup Cell(string? text) => text switch
    {
        null or "" => new Markup("[grey]-[/]"),
        "completed" or "healthy" or "good" or "ok" => new Markup($"[green]{text}[/]"),
        "failed" or "down" or "revoked" or "breaking" => new Markup($"[red]{text}[/]"),
        "incomplete" or "cancelled" or "degraded" or "expired" => new Markup($"[yellow]{text}[/]"),
        _ => new Markup(Markup.Escape(Safe(text).ReplaceLineEndings(" "))),
    };
}
