using System.Text.Json.Nodes;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Gate;

/// <summary>Strict replays of a sample: none may differ, and none may call anybody.</summary>
internal static class StrictGate
{
    private const int MostExamples = 3;

    // As many as answer well within the patience of a call, even where each is large.
    private const int MostInACall = 50;

    // These runs cannot be replayed by anybody: their content was destroyed as their owner wished or let go by retention, or they go on.
    private static readonly string[] Skipped = ["content_not_kept", "run_released", "run_not_ended", "response_not_found"];

    public static async Task<int> RunAsync(Session session, DrawnSample drawn, int parallel, CancellationToken token)
    {
        var replays = await ReplayAsync(session, drawn, parallel, token);
        var groups = replays.Where(static one => one.Outcome == Outcome.Diverged)
            .GroupBy(static one => (one.Stage, one.Cause))
            .OrderByDescending(static group => group.Count()).ThenBy(static group => group.Key.Stage, StringComparer.Ordinal)
            .Select(static group => (JsonNode)new JsonObject
            {
                ["stage"] = group.Key.Stage,
                ["cause"] = group.Key.Cause,
                ["runs"] = group.Count(),
                ["examples"] = new JsonArray([.. group.Take(MostExamples).Select(static one => (JsonNode)one.Run)]),
                ["expected"] = group.First().Expected,
                ["actual"] = group.First().Actual,
            });
        var skipped = replays.Where(static one => one.Outcome == Outcome.Skipped).GroupBy(static one => one.Cause)
            .Select(static group => KeyValuePair.Create(group.Key, (JsonNode?)group.Count()));
        var failed = replays.Where(static one => one.Outcome == Outcome.Failed)
            .Select(static one => (JsonNode)new JsonObject { ["run"] = one.Run, ["code"] = one.Cause, ["message"] = one.Actual });
        var identical = replays.Count(static one => one.Outcome == Outcome.Identical);
        var report = new JsonObject
        {
            ["population"] = drawn.Population,
            ["sample"] = drawn.Runs.Count,
            ["identical"] = identical,
            ["diverged"] = replays.Count(static one => one.Outcome == Outcome.Diverged),
            ["failed"] = replays.Count(static one => one.Outcome == Outcome.Failed),
            ["skipped"] = new JsonObject(skipped),
            ["external_calls"] = replays.Sum(static one => one.ExternalCalls),
            ["divergences"] = new JsonArray([.. groups]),
            ["failures"] = new JsonArray([.. failed]),
        };
        session.Write(report, Draw);
        return report.Number("diverged") > 0 || report.Number("external_calls") > 0 ? ExitCodes.Found
            : report.Number("failed") > 0 || identical == 0 ? ExitCodes.Failed
            : ExitCodes.Ok;
    }

    // Many in one call: the server reads their records together, and those of a conversation once.
    private static Task<List<Replay>> ReplayAsync(Session session, DrawnSample drawn, int parallel, CancellationToken token) =>
        Work.RunAsync(session, "Replaying", drawn.Runs.Count, async done =>
        {
            string[][] calls = [.. drawn.Runs.Chunk(Math.Clamp((drawn.Runs.Count + parallel - 1) / parallel, 1, MostInACall))];
            var answers = new List<Replay>[calls.Length];
            await Parallel.ForAsync(0, calls.Length, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = token }, async (index, token) =>
            {
                var runs = new JsonArray([.. calls[index].Select(static run => (JsonNode)run)]);
                var answer = await session.Api.PostAsync("api/replays", new JsonObject { ["runs"] = runs }, token);
                answers[index] = [.. answer.List("data").Select(Read)];
                done(calls[index].Length);
            });
            return answers.SelectMany(static some => some).ToList();
        });

    private static Replay Read(JsonNode answer)
    {
        var run = answer.Text("id")!;
        if (answer["error"] is JsonObject error)
        {
            var code = error.Text("code") ?? "unknown";
            return new Replay(run, Skipped.Contains(code) ? Outcome.Skipped : Outcome.Failed, code, "", 0, null, error.Text("message"));
        }

        var calls = (int)(answer.Number("externalCalls") ?? 0);
        return answer["divergence"] is JsonObject divergence
            ? new Replay(run, Outcome.Diverged, divergence.Text("field") ?? "unknown", divergence.Text("stage") ?? "unknown", calls, divergence.Text("expected"), divergence.Text("actual"))
            : new Replay(run, Outcome.Identical, "", "", calls);
    }

    private static void Draw(Session session, JsonNode report)
    {
        session.Output.WriteLine(
            $"{report.Text("sample")} of {report.Text("population")} finished runs: {report.Text("identical")} identical, {report.Text("diverged")} different, "
            + $"{report.Text("failed")} not replayed; {report.Text("external_calls")} external calls.");
        foreach (var (code, count) in (JsonObject)report["skipped"]!)
        {
            session.Output.WriteLine($"{Json.Scalar(count)} cannot be replayed: {Show.Safe(code)}.");
        }

        if (report.List("divergences").Any())
        {
            Show.Table(
                session,
                report.List("divergences"),
                ("stage", static one => one.Text("stage")),
                ("cause", static one => one.Text("cause")),
                ("runs", static one => one.Text("runs")),
                ("for example", static one => Json.Scalar(((JsonArray)one["examples"]!)[0])),
                ("recorded", static one => Short(one.Text("expected"))),
                ("now", static one => Short(one.Text("actual"))));
        }

        foreach (var failure in report.List("failures"))
        {
            session.WriteError(failure.Text("code")!, $"{failure.Text("run")}: {failure.Text("message")}");
        }
    }

    private static string? Short(string? text) => text is { Length: > 32 } ? text[..31] + "…" : text;

    private enum Outcome
    {
        Identical,
        Diverged,
        Skipped,
        Failed,
    }

    private sealed record Replay(
        string Run, Outcome Outcome, string Cause, string Stage, int ExternalCalls, string? Expected = null, string? Actual = null);
}
