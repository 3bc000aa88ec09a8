using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>
/// Strict replays as a caller meets them, against the runs themselves over HTTP at a vendor of 0 ms: one by one, and the gate of a deploy over all of
/// them, through its route and as the command. Everything in one run, in rounds.
/// </summary>
internal static class ReplaySpeed
{
    private const double Least = 20;
    private const int Rounds = 3;
    private const int Conversations = 25;
    private const int Turns = 40;
    private const int Singles = 200;
    private const int InACall = 50;
    private const string Input = "What was said about the harbour, and by whom? ";

    public static async Task<bool> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-bench-").FullName;
        await using var postgreSql = await PostgreSqlInstance.StartAsync();
        var port = Ports.Free(1)[0];
        await using var vendor = await BenchmarkSilo.VendorAsync(port, 0, directory);
        var (process, http) = await BenchmarkSilo.StartAsync(await postgreSql.CreateDatabaseAsync(), port, directory);
        await using var silo = process;
        using var client = http;
        await Load.RunAsync(http, await BenchmarkSilo.ConversationsAsync(http, 64), TimeSpan.FromSeconds(15));
        await RoundAsync(http, directory);
        var rounds = new List<Round>();
        for (var i = 0; i < Rounds; i++)
        {
            rounds.Add(await RoundAsync(http, directory));
            Console.Error.WriteLine(rounds[^1]);
        }

        Directory.Delete(directory, recursive: true);
        var run = Median(rounds, static round => round.Run);
        Console.WriteLine("| a run, one caller, or its replay | ms | times faster than the run |\n|---|---|---|");
        Row("the run over HTTP", static round => round.Run);
        Row("replay over HTTP, one caller", static round => round.Single);
        Row($"gate of {Conversations * Turns:#,0} runs, {InACall} in a call, one call at a time", static round => round.Gate);
        Row($"gate of {Conversations * Turns:#,0} runs, {InACall} in a call, four at once", static round => round.GateOfFour);
        Row($"orleansai replay --sample {Conversations * Turns}, the whole command", static round => round.Command);
        Row("the processor's time of the silo for a replay in the gate", static round => round.Cpu);
        return run / Median(rounds, static round => round.Gate) >= Least;

        void Row(string name, Func<Round, double> value) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {name} | {Median(rounds, value):0.000} | {run / Median(rounds, value):0.0} |"));

        async Task<Round> RoundAsync(HttpClient http, string directory)
        {
            var since = TimeProvider.System.GetUtcNow();
            var ids = new List<string>();
            var conversations = await BenchmarkSilo.ConversationsAsync(http, Conversations);
            var began = Stopwatch.GetTimestamp();
            for (var turn = 0; turn < Turns; turn++)
            {
                foreach (var conversation in conversations)
                {
                    var body = new JsonObject { ["conversation"] = conversation, ["input"] = $"{turn} {string.Concat(Enumerable.Repeat(Input, 5))}" };
                    ids.Add((string)(await BenchmarkSilo.PostAsync(http, "/v1/responses", body.ToJsonString()))["id"]!);
                }
            }

            var run = Stopwatch.GetElapsedTime(began).TotalMilliseconds / ids.Count;

            // Those of a conversation side by side, as the gate asks for them.
            ids = [.. ids.Index().OrderBy(static one => one.Index % Conversations).Select(static one => one.Item)];
            began = Stopwatch.GetTimestamp();
            for (var i = 0; i < Singles; i++)
            {
                Check(await BenchmarkSilo.PostAsync(http, $"/api/runs/{ids[i * ids.Count / Singles]}/replay", "{}"));
            }

            var single = Stopwatch.GetElapsedTime(began).TotalMilliseconds / Singles;
            var cpu = silo.Cpu;
            var gate = await GateAsync(http, ids, 1);
            cpu = silo.Cpu - cpu;
            var four = await GateAsync(http, ids, 4);
            began = Stopwatch.GetTimestamp();
            await CommandAsync(http.BaseAddress!.ToString(), since, ids.Count, directory);
            return new Round(run, single, gate, four, Stopwatch.GetElapsedTime(began).TotalMilliseconds / ids.Count, cpu.TotalMilliseconds / ids.Count);
        }
    }

    private static async Task<double> GateAsync(HttpClient http, List<string> ids, int parallel)
    {
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(ids.Chunk(InACall), new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (runs, _) =>
        {
            var body = new JsonObject { ["runs"] = new JsonArray([.. runs.Select(static run => (JsonNode)run)]) };
            foreach (var replay in (await BenchmarkSilo.PostAsync(http, "/api/replays", body.ToJsonString()))["data"]!.AsArray())
            {
                Check(replay!);
            }
        });
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds / ids.Count;
    }

    private static async Task CommandAsync(string url, DateTimeOffset since, int sample, string directory)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = directory, RedirectStandardOutput = true };
        string[] arguments =
        [
            ServerProcess.Assembly("client", "OrleansAi.Cli"), "replay", "--url", url, "--since", since.ToString("O", CultureInfo.InvariantCulture),
            "--sample", sample.ToString(CultureInfo.InvariantCulture), "--json",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var report = JsonNode.Parse(await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0 || (int)report!["identical"]! != sample)
        {
            throw new InvalidOperationException($"The gate ended with {process.ExitCode}: {report?.ToJsonString()}");
        }
    }

    private static void Check(JsonNode replay)
    {
        if (!(bool)replay["identical"]!)
        {
            throw new InvalidOperationException(replay.ToJsonString());
        }
    }

    private static double Median(List<Round> rounds, Func<Round, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);

    // Milliseconds for one run.
    private sealed record Round(double Run, double Single, double Gate, double GateOfFour, double Command, double Cpu);
}
