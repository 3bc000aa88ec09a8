using System.Text.Json.Nodes;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Runs;

/// <summary>Differences and explanations: the answer first, all else below.</summary>
internal static class Comparison
{
    private static readonly string[] Divergence = ["first_divergence", "firstDivergence"];

    public static void Draw(Session session, JsonNode answer)
    {
        Head(session, answer);
        Lists(session, answer);
        Rest(session, answer);
    }

    private static void Head(Session session, JsonNode answer)
    {
        if (Divergence.Any(name => (answer as JsonObject)?.ContainsKey(name) == true))
        {
            var first = Divergence.Select(name => (answer as JsonObject)?[name]).FirstOrDefault(static node => node is not null);
            session.Output.MarkupLine(first is null ? "[green]No divergence.[/]" : "[bold]First divergence[/]");
            Show.Fields(session, first?.DeepClone(), 1);
        }

        var factors = answer.List("factors").ToList();
        if (factors.Count == 0)
        {
            return;
        }

        session.Output.MarkupLine("[bold]Factors, the best first[/]");
        Show.Table(
            session,
            factors,
            ("factor", static one => one.Text("factor") ?? one.Text("kind") ?? one.Text("name")),
            ("here", static one => one.Text("value") ?? one.Text("a") ?? one.Text("b")),
            ("there", static one => one.Text("other") ?? one.Text("good") ?? one.Text("b")),
            ("says", static one => one.Text("summary") ?? Counts(one)));
    }

    // What came in, went out, moved or changed of the passages, the context, the history and the tools: a line each.
    private static void Lists(Session session, JsonNode answer)
    {
        foreach (var stage in answer.List("stages"))
        {
            foreach (var list in stage.List("lists"))
            {
                var left = list.Number("left_out") > 0 ? $", {list.Text("left_out")} more" : "";
                session.Output.MarkupLineInterpolated(
                    $"[bold]{Show.Safe(stage.Text("stage"))}: {Show.Safe(list.Text("field"))}[/] [grey]{list.Text("count_a")} → {list.Text("count_b")}, {list.Text("same")} the same{left}[/]");
                foreach (var entry in list.List("entries"))
                {
                    Entry(session, entry);
                }
            }
        }
    }

    private static void Entry(Session session, JsonNode entry)
    {
        var (mark, colour, says) = entry.Text("change") switch
        {
            "in" => ("+", "green", entry.Text("text_b")),
            "out" => ("-", "red", entry.Text("text_a")),
            "moved" => ("↕", "yellow", $"{entry.Text("place_a")} → {entry.Text("place_b")}"),
            _ => ("~", "yellow", $"{entry.Text("text_a")} → {entry.Text("text_b")}"),
        };
        session.Output.MarkupLine($"  [{colour}]{mark}[/] {Markup.Escape(Show.Safe($"{entry.Text("kind")} {entry.Text("name")}"))} [grey]{Markup.Escape(Show.Safe(says))}[/]");
    }

    private static string? Counts(JsonNode factor) => factor["separation"] is JsonObject found
        ? $"{found.Text("bad_with")} of {Sum(found, "bad")} bad, {found.Text("good_with")} of {Sum(found, "good")} good"
        : null;

    private static double Sum(JsonObject found, string kind) => (found.Number($"{kind}_with") ?? 0) + (found.Number($"{kind}_without") ?? 0);

    private static void Rest(Session session, JsonNode answer)
    {
        var rest = answer.DeepClone();
        foreach (var name in (string[])[.. Divergence, "factors"])
        {
            (rest as JsonObject)?.Remove(name);
        }

        foreach (var stage in rest.List("stages").OfType<JsonObject>())
        {
            stage.Remove("lists");
        }

        Show.Fields(session, rest);
    }
}
