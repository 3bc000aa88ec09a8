using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>
/// A tenant with 1,000,000 runs of 30 days in PostgreSQL: what lists, filters and traces take over HTTP. The lines of the index are
/// made by <see cref="RunHistoryRows"/>; the runs that are traced are real turns, with the records that a silo writes of them.
/// </summary>
internal static class RunHistory
{
    private const double MostListMilliseconds = 50;
    private const double MostTraceMilliseconds = 20;
    private const int Turns = 2_000;
    private const int Conversations = 50;

    /// <summary>Measures, prints, and says whether the bounds hold.</summary>
    /// <param name="asks">How often each question is asked.</param>
    public static async Task<bool> RunAsync(int asks)
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-bench-").FullName;
        await using var postgreSql = await PostgreSqlInstance.StartAsync();
        var database = await postgreSql.CreateDatabaseAsync();
        var ports = Ports.Free(3);
        var url = $"http://127.0.0.1:{ports[0]}";
        await using var silo = await ServerProcess.StartAsync(
            ServerProcess.Assembly("silo", "OrleansAi.Silo"),
            [],
            new Dictionary<string, string>
            {
                ["urls"] = url,
                ["OrleansAi:Storage:Provider"] = "PostgreSql",
                ["OrleansAi:Storage:ConnectionString"] = database,
                ["OrleansAi:Cluster:SiloPort"] = ports[1].ToString(CultureInfo.InvariantCulture),
                ["OrleansAi:Cluster:GatewayPort"] = ports[2].ToString(CultureInfo.InvariantCulture),
            },
            $"{url}/health/ready",
            directory);
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        var clock = Stopwatch.StartNew();
        var traced = await TurnsAsync(http);
        Console.WriteLine($"{traced.Count:#,0} turns in {clock.Elapsed.TotalSeconds:0} s");
        clock.Restart();
        var rows = await RunHistoryRows.FillAsync(database);
        Console.WriteLine($"{RunHistoryRows.Rows:#,0} runs in {clock.Elapsed.TotalSeconds:0} s\n");

        var random = new Random(1);
        var cursors = await CursorsAsync(http, pages: 100);
        (string Name, Func<string> Path, double Most)[] questions =
        [
            ("newest page", static () => "/api/runs", MostListMilliseconds),
            ("newest page of 200", static () => "/api/runs?limit=200", MostListMilliseconds),
            ("completed", static () => "/api/runs?status=completed", MostListMilliseconds),
            ("failed", static () => "/api/runs?status=failed", MostListMilliseconds),
            ("in progress", static () => "/api/runs?status=in_progress", MostListMilliseconds),
            ("a common model", static () => "/api/runs?model=default", MostListMilliseconds),
            ("a rare model", static () => $"/api/runs?model={RunHistoryRows.RareModel}", MostListMilliseconds),
            ("a conversation", () => $"/api/runs?conversation={RunHistoryRows.Conversation(random.Next(1, RunHistoryRows.Conversations))}", MostListMilliseconds),
            ("a conversation of 20,000 runs", static () => $"/api/runs?conversation={RunHistoryRows.Conversation(0)}", MostListMilliseconds),
            ("since a minute ago", () => $"/api/runs?since={rows.Until.ToUnixTimeSeconds() - 60}", MostListMilliseconds),
            ("an hour somewhere", () => Hour(""), MostListMilliseconds),
            ("an hour, failed", () => Hour("&status=failed"), MostListMilliseconds),
            ("an hour, a common model, cancelled", () => Hour("&model=default&status=cancelled"), MostListMilliseconds),
            ("an hour, a rare model", () => Hour($"&model={RunHistoryRows.RareModel}"), MostListMilliseconds),
            ("a common model, failed", static () => "/api/runs?model=default&status=failed", MostListMilliseconds),
            ("a rare model, failed", static () => $"/api/runs?model={RunHistoryRows.RareModel}&status=failed", MostListMilliseconds),
            ("a rare model, completed", static () => $"/api/runs?model={RunHistoryRows.RareModel}&status=completed", MostListMilliseconds),
            ("a conversation of 20,000 runs, incomplete", static () => $"/api/runs?conversation={RunHistoryRows.Conversation(0)}&status=incomplete", MostListMilliseconds),
            ("a conversation of 20,000 runs, a rare model", static () => $"/api/runs?conversation={RunHistoryRows.Conversation(0)}&model={RunHistoryRows.RareModel}", MostListMilliseconds),
            ("a page behind any run", () => $"/api/runs?limit=200&cursor={rows.RunAt(random.Next(RunHistoryRows.Rows))}", MostListMilliseconds),
            ("a page behind any run, failed", () => $"/api/runs?status=failed&cursor={rows.RunAt(random.Next(RunHistoryRows.Rows))}", MostListMilliseconds),
            ("a page behind any run, a rare model, failed", () => $"/api/runs?model={RunHistoryRows.RareModel}&status=failed&cursor={rows.RunAt(random.Next(RunHistoryRows.Rows))}", MostListMilliseconds),
            ("pages in turn", () => $"/api/runs?limit=200&cursor={cursors[random.Next(cursors.Count)]}", MostListMilliseconds),
            ("one trace", () => $"/api/runs/{traced[random.Next(traced.Count)]}", MostTraceMilliseconds),
        ];
        Console.WriteLine("| question | p50 ms | p95 ms | p99 ms | bound |");
        Console.WriteLine("|---|---|---|---|---|");
        var isHeld = true;
        foreach (var (name, path, most) in questions)
        {
            await AskAsync(http, path, Math.Min(20, asks));
            var times = await AskAsync(http, path, asks);
            var p95 = Load.Percentile(times, 0.95);
            isHeld &= p95 < most;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Load.Percentile(times, 0.50):0.0} | {p95:0.0} | {Load.Percentile(times, 0.99):0.0} | {(p95 < most ? "" : "missed: ")}{most:0} |"));
        }

        return isHeld;

        string Hour(string more)
        {
            var since = rows.Since.ToUnixTimeSeconds() + random.Next((int)(rows.Until - rows.Since).TotalSeconds - 3_600);
            return $"/api/runs?since={since}&until={since + 3_600}{more}";
        }
    }

    private static async Task<IReadOnlyList<string>> TurnsAsync(HttpClient http)
    {
        var runs = new List<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Conversations), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, token) =>
        {
            var previous = "";
            for (var i = 0; i < Turns / Conversations; i++)
            {
                var body = $$"""{"input":"question {{i}} of a conversation","instructions":"be brief"{{previous}}}""";
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var answer = await http.PostAsync("/v1/responses", content, token);
                answer.EnsureSuccessStatusCode();
                var run = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(token))!["id"]!;
                previous = $",\"previous_response_id\":\"{run}\"";
                lock (runs)
                {
                    runs.Add(run);
                }
            }
        });
        return runs;
    }

    // As a reader pages: each page from the cursor of the one before.
    private static async Task<IReadOnlyList<string>> CursorsAsync(HttpClient http, int pages)
    {
        var cursors = new List<string>();
        var path = "/api/runs?limit=200";
        for (var i = 0; i < pages; i++)
        {
            var page = JsonNode.Parse(await http.GetStringAsync(path))!;
            cursors.Add((string)page["next_cursor"]!);
            path = $"/api/runs?limit=200&cursor={cursors[^1]}";
        }

        return cursors;
    }

    private static async Task<double[]> AskAsync(HttpClient http, Func<string> path, int asks)
    {
        var times = new double[asks];
        for (var i = 0; i < asks; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(path());
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }
}
