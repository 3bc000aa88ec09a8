using System.Globalization;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Runs;

/// <summary>
/// A run drawn along its time: one line for each step, below it one for each call to a vendor, and in words what went wrong, where it did.
/// </summary>
internal static class Waterfall
{
    private const int Columns = 40;
    private const int NameWidth = 34;

    public static void Draw(Session session, JsonNode run)
    {
        var output = session.Output;
        Head(output, run);
        var steps = run.List("steps").ToList();
        var began = At(run, "created_at") ?? steps.Select(static step => At(step, "started_at")).FirstOrDefault();
        var total = Math.Max(1, steps.Select(step => Start(step, began) + (step.Number("duration_ms") ?? 0)).Append(Span(run)).Max());
        output.WriteLine();
        if (steps.Count == 0)
        {
            output.MarkupLine("[grey]No step is recorded yet.[/]");
        }

        foreach (var step in steps)
        {
            var (start, length) = (Start(step, began), step.Number("duration_ms") ?? 0);
            var color = step["error"] is JsonObject ? "red" : step.Text("outcome") is "abandoned" or "lost" ? "yellow" : "blue";
            Line(output, $"{step.Text("index"),2} {step.Text("stage")}", start, length, total, color, StepNote(step));
            Calls(output, step, start, total);
            Notes(output, step);
        }

        End(output, run);
        session.Hint($"A step whole: orleansai runs step {run.Text("id")} N");
    }

    private static void Head(IAnsiConsole output, JsonNode run)
    {
        output.MarkupLine($"[bold]{Text(run.Text("id"))}[/]  {Status(run.Text("status"))}  {Text(run.Text("model"))}"
            + (run.Text("served_model") is { } served && served != run.Text("model") ? $" [grey]→ {Text(served)}[/]" : ""));
        var facts = new List<string> { $"conversation {run.Text("conversation")}", $"began {Show.Time(run.Text("created_at"))}", $"took {Show.Milliseconds(Span(run))}" };
        if (run["usage"] is JsonObject usage)
        {
            facts.Add($"{usage.Text("input_tokens")} tokens in, {usage.Text("output_tokens")} out");
        }

        if (run.Text("cost") is { } cost)
        {
            facts.Add($"cost {cost}");
        }

        if (run.Flag("pinned"))
        {
            facts.Add("pinned");
        }

        if (run.Text("released_at") is { } released)
        {
            facts.Add($"content let go {Show.Time(released)}");
        }

        if (run.Number("recoveries") is > 0)
        {
            facts.Add($"recovered {run.Text("recoveries")} times");
        }

        if (run["forked_from"] is JsonObject origin)
        {
            facts.Add($"forked from {origin.Text("run")} at step {origin.Text("step")}");
        }

        if (run.Flag("content_destroyed"))
        {
            facts.Add("its content is destroyed");
        }

        output.MarkupLine($"[grey]{Text(string.Join(", ", facts))}[/]");
        if (run["timing"] is JsonObject timing)
        {
            output.MarkupLine($"[grey]{Text(string.Join(", ", timing.Where(static part => part.Value is not null && part.Key != "total_ms")
                .Select(part => $"{part.Key.Replace("_ms", "", StringComparison.Ordinal)} {Show.Milliseconds(timing.Number(part.Key))}")))}[/]");
        }
    }

    private static string StepNote(JsonNode step)
    {
        var note = Show.Milliseconds(step.Number("duration_ms"));
        if (step.Number("attempt") is > 1)
        {
            note += $", attempt {step.Text("attempt")}";
        }

        if (step.Text("vendor") is { } vendor && !step.List("vendor_attempts").Any())
        {
            note += $", {vendor}";
        }

        return step["usage"] is JsonObject usage
            ? $"{note}, {usage.Text("input_tokens")} in, {usage.Text("output_tokens")} out"
            : note;
    }

    // Calls are recorded with how long they took, one after the other but for hedges, which run beside the one before.
    private static void Calls(IAnsiConsole output, JsonNode step, double start, double total)
    {
        var (at, before) = (start, start);
        foreach (var call in step.List("vendor_attempts"))
        {
            var length = call.Number("latency_ms") ?? 0;
            var from = call.Flag("hedge") ? before : at;
            var isGood = call.Text("outcome") == "ok";
            var note = $"{Show.Milliseconds(length)}, {(isGood ? "ok" : call.Text("cause") ?? call.Text("outcome"))}"
                + (call.Text("http_status") is { } status ? $" {status}" : "")
                + (call.Text("first_token_ms") is { } first ? $", first token {first} ms" : "")
                + (call.Flag("hedge") ? ", hedge" : "")
                + (call.Text("contract") is { } contract and not "exact" ? $", contract {contract}" : "");
            Line(output, $"   └ {call.Text("vendor")}/{call.Text("model")}", from, length, total, isGood ? "green" : "red", note);
            (before, at) = (from, Math.Max(at, from + length));
        }
    }

    private static void Notes(IAnsiConsole output, JsonNode step)
    {
        if (step["route"] is JsonObject route && route.Text("reason") is { } reason)
        {
            output.MarkupLine($"[grey]     route {Text(route.Text("name"))} → {Text(route.Text("vendor"))}/{Text(route.Text("model"))}: {Text(reason)}[/]");
        }

        if (step["error"] is JsonObject error)
        {
            output.MarkupLine($"[red]     {Text(error.Text("code"))}: {Text(error.Text("message"))}[/]");
        }

        foreach (var verdict in step.List("verdicts"))
        {
            output.MarkupLine($"[yellow]     ! {Text(verdict.Text("name"))}{(verdict.Text("detail") is { } detail ? $": {Text(detail)}" : "")}[/]");
        }
    }

    private static void End(IAnsiConsole output, JsonNode run)
    {
        if (run["error"] is JsonObject error)
        {
            output.WriteLine();
            output.MarkupLine($"[red]{Text(error.Text("code"))}: {Text(error.Text("message"))}[/]");
        }
        else if (run.Text("incomplete_reason") is { } reason)
        {
            output.WriteLine();
            output.MarkupLine($"[yellow]incomplete: {Text(reason)}[/]");
        }
    }

    private static void Line(IAnsiConsole output, string name, double start, double length, double total, string color, string note)
    {
        var from = Math.Clamp((int)(start / total * Columns), 0, Columns - 1);
        var width = Math.Clamp((int)Math.Round(length / total * Columns), 1, Columns - from);
        var bar = $"{new string('·', from)}[{color}]{new string('█', width)}[/]{new string('·', Columns - from - width)}";
        var shown = Show.Safe(name);
        shown = shown.Length > NameWidth ? string.Concat(shown.AsSpan(0, NameWidth - 1), "…") : shown.PadRight(NameWidth);
        output.MarkupLine($"{Markup.Escape(shown)} {bar} {Text(note)}");
    }

    private static string Status(string? status) => status switch
    {
        "completed" => "[green]completed[/]",
        "failed" => "[red]failed[/]",
        _ => $"[yellow]{Text(status)}[/]",
    };

    private static double Span(JsonNode run) =>
        run["timing"]?.Number("total_ms") ?? ((At(run, "completed_at") - At(run, "created_at"))?.TotalMilliseconds ?? 0);

    private static double Start(JsonNode step, DateTimeOffset? began) =>
        Math.Max(0, (At(step, "started_at") - began)?.TotalMilliseconds ?? 0);

    private static DateTimeOffset? At(JsonNode node, string name) =>
        DateTimeOffset.TryParse(node.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static string Text(string? text) => Markup.Escape(Show.Safe(text).ReplaceLineEndings(" "));
}
