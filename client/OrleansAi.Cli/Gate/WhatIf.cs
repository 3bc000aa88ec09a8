using System.Globalization;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Runs;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Gate;

/// <summary>Forks a sample onto another model or prompt, tools as recorded, and holds what became of the forks against what the runs were.</summary>
internal static class WhatIf
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public static async Task<int> RunAsync(Session session, DrawnSample drawn, JsonObject overrides, int parallel, CancellationToken token)
    {
        var pairs = await ReplayCommand.ForEachAsync(
            session, "Forking", drawn, parallel, (run, token) => ForkAsync(session.Api, run, overrides, token), token);
        var compared = pairs.Where(static pair => pair.After is not null).ToList();
        var refused = pairs.Where(static pair => pair.After is null).ToList();
        var worse = compared.Where(static pair => pair.IsWorse).ToList();
        var report = new JsonObject
        {
            ["population"] = drawn.Population,
            ["sample"] = drawn.Runs.Count,
            ["overrides"] = overrides.DeepClone(),
            ["compared"] = compared.Count,
            ["before"] = Summary(compared.ConvertAll(static pair => pair.Before!)),
            ["after"] = Summary(compared.ConvertAll(static pair => pair.After!)),
            ["worse"] = new JsonArray([.. worse.Select(static pair => (JsonNode)new JsonObject
            {
                ["run"] = pair.Run,
                ["fork"] = pair.Fork,
                ["before"] = pair.Before!.Says,
                ["after"] = pair.After!.Says,
            })]),
            ["not_forked"] = new JsonArray([.. refused.Select(static pair => (JsonNode)new JsonObject { ["run"] = pair.Run, ["code"] = pair.Refusal })]),
        };
        session.Write(report, Draw);
        return worse.Count > 0 ? ExitCodes.Found : compared.Count == 0 ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static async ValueTask<Pair> ForkAsync(ApiClient api, string run, JsonObject overrides, CancellationToken token)
    {
        try
        {
            var before = Figures.Of(await api.GetAsync($"api/runs/{ApiClient.Part(run)}", token));
            var answer = await api.PostAsync(
                $"api/runs/{ApiClient.Part(run)}/fork", ForkCommand.Body(0, (JsonObject)overrides.DeepClone(), "recorded"), token);
            var fork = ForkCommand.RunOf(answer) ?? throw new CliException(ExitCodes.Failed, "no_fork", "The answer names no new run.");
            while (true)
            {
                var trace = await api.GetAsync($"api/runs/{ApiClient.Part(fork)}", token);
                if (trace.Text("status") is not ("queued" or "in_progress"))
                {
                    return new Pair(run, fork, before, Figures.Of(trace), null);
                }

                await Task.Delay(Poll, token);
            }
        }
        catch (CliException exception) when (exception.ExitCode == ExitCodes.Failed)
        {
            return new Pair(run, null, null, null, exception.Code);
        }
    }

    private static JsonObject Summary(List<Figures> runs)
    {
        var latencies = runs.Select(static run => run.Milliseconds).Order().ToList();
        return new JsonObject
        {
            ["failed"] = runs.Count(static run => !run.IsGood),
            ["flagged"] = runs.Count(static run => run.Verdicts.Count > 0),
            ["verdicts"] = new JsonObject(runs.SelectMany(static run => run.Verdicts).GroupBy(static name => name)
                .OrderByDescending(static group => group.Count()).Select(static group => KeyValuePair.Create(group.Key, (JsonNode?)group.Count()))),
            ["input_tokens"] = runs.Sum(static run => run.InputTokens),
            ["output_tokens"] = runs.Sum(static run => run.OutputTokens),
            ["cost"] = runs.Exists(static run => run.Cost is not null) ? runs.Sum(static run => run.Cost ?? 0) : null,
            ["p50_ms"] = Quantile(latencies, 0.5),
            ["p95_ms"] = Quantile(latencies, 0.95),
        };
    }

    private static double Quantile(List<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];

    private static void Draw(Session session, JsonNode report)
    {
        session.Output.WriteLine($"{report.Text("compared")} of {report.Text("sample")} runs forked with {Show.Safe(Json.Line(report["overrides"]!))}.");
        string[] names = ["failed", "flagged", "input_tokens", "output_tokens", "cost", "p50_ms", "p95_ms"];
        Show.Table(
            session,
            names.Select(name => (JsonNode)new JsonObject { ["name"] = name, ["before"] = report["before"].Text(name), ["after"] = report["after"].Text(name) }),
            ("", static row => row.Text("name")),
            ("as it was", static row => row.Text("before")),
            ("as it would be", static row => row.Text("after")));
        if (report.List("worse").Any())
        {
            Show.Table(
                session,
                report.List("worse"),
                ("worse", static one => one.Text("run")),
                ("fork", static one => one.Text("fork")),
                ("was", static one => one.Text("before")),
                ("would be", static one => one.Text("after")));
        }

        foreach (var one in report.List("not_forked"))
        {
            session.Hint($"{one.Text("run")} was not forked: {one.Text("code")}");
        }
    }

    private sealed record Pair(string Run, string? Fork, Figures? Before, Figures? After, string? Refusal)
    {
        /// <summary>True when it failed and did not before, or was found wanting in what it was not before.</summary>
        public bool IsWorse => (Before!.IsGood && !After!.IsGood) || After!.Verdicts.Except(Before.Verdicts).Any();
    }

    private sealed record Figures(
        string Status, IReadOnlySet<string> Verdicts, double InputTokens, double OutputTokens, double? Cost, double Milliseconds)
    {
        public bool IsGood => Status is "completed" or "incomplete";

        public string Says => Verdicts.Count == 0 ? Status : string.Create(CultureInfo.InvariantCulture, $"{Status}, {string.Join(", ", Verdicts)}");

        public static Figures Of(JsonNode trace)
        {
            var calls = trace.List("steps").Where(static step => step.Text("stage") == "model_execution").ToList();
            return new Figures(
                trace.Text("status") ?? "unknown",
                calls.SelectMany(static step => step.List("verdicts")).Select(static verdict => verdict.Text("name") ?? "unknown").ToHashSet(StringComparer.Ordinal),
                trace["usage"].Number("input_tokens") ?? 0,
                trace["usage"].Number("output_tokens") ?? 0,
                trace.Number("cost"),
                calls.Sum(static step => step.Number("duration_ms") ?? 0));
        }
    }
}
