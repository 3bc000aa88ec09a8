using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>
/// Four times the rate that a silo sustains, open loop: requests come when they come, whatever happened to those before. Says
/// what became of every one of them, and holds that to bounds.
/// </summary>
internal static class Overload
{
    private const int Conversations = 2_000;
    private const int Connections = 6_000;
    private const int PeakCallers = 128;
    private const int VendorDelay = 20;
    private const int MostMilliseconds = 500;

    // Of what the silo does at most, the least that it must still finish; and how soon it must refuse the rest.
    private const double LeastFinished = 0.80;
    private const double MostRefusalMilliseconds = 50;

    /// <summary>Runs it and reports.</summary>
    /// <returns>True when all bounds were held.</returns>
    public static async Task<bool> RunAsync(double seconds, double factor)
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-bench-").FullName;
        await using var postgreSql = await PostgreSqlInstance.StartAsync();
        var database = await postgreSql.CreateDatabaseAsync();
        var ports = Ports.Free(4);
        await using var vendor = await ServerProcess.StartAsync(
            ServerProcess.Assembly("tests", "OrleansAi.VendorDouble"),
            [Text(ports[0]), Text(VendorDelay), "250"],
            new Dictionary<string, string>(), null, directory);
        await using var silo = await ServerProcess.StartAsync(
            ServerProcess.Assembly("silo", "OrleansAi.Silo"),
            [],
            new Dictionary<string, string>
            {
                ["urls"] = $"http://127.0.0.1:{ports[1]}",
                ["OrleansAi:Storage:Provider"] = "PostgreSql",
                ["OrleansAi:Storage:ConnectionString"] = database,
                ["OrleansAi:Cluster:SiloPort"] = Text(ports[2]),
                ["OrleansAi:Cluster:GatewayPort"] = Text(ports[3]),
                ["OrleansAi:Vendors:double:Kind"] = "openai",
                ["OrleansAi:Vendors:double:Endpoint"] = $"http://127.0.0.1:{ports[0]}/v1",
                ["OrleansAi:Models:default:Candidates:0:Vendor"] = "double",
                ["OrleansAi:Models:default:Candidates:0:Model"] = "m1",
            },
            $"http://127.0.0.1:{ports[1]}/health/ready",
            directory);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[1]}") };
        var requests = new byte[Conversations][];
        for (var i = 0; i < Conversations; i++)
        {
            using var answer = await http.PostAsync("/v1/conversations", null);
            var id = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
            requests[i] = RawConnection.Request("/v1/responses", new JsonObject { ["conversation"] = id, ["input"] = new string('q', 250) }.ToJsonString());
        }

        var connections = new RawConnection[Connections];
        for (var i = 0; i < Connections; i++)
        {
            connections[i] = await RawConnection.OpenAsync(ports[1]);
        }

        // While the code is compiled it is slow. What a machine does in ten seconds differs by a third from one time to the next, so the
        // most is the median of rounds before and after the overload, all without it.
        var turn = 0.0;
        await RoundsAsync("warm-up", 3);
        var rounds = await RoundsAsync("closed loop", 3);
        var peak = Median(rounds);

        // What can be sustained is found with an open loop as well: a closed one slows down with the server. A rate that fails once, beside
        // a collection or a neighbour on the machine, is tried again.
        var sustained = 0.0;
        foreach (var part in (double[])[0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1])
        {
            if (!await IsSustainedAsync(peak * part) && !await IsSustainedAsync(peak * part))
            {
                break;
            }

            sustained = peak * part;
        }

        var (cpu, own) = (silo.Cpu, Environment.CpuUsage.TotalTime);
        var before = await StoredAsync(database);
        var run = new OpenLoop(connections, requests, sustained * factor);
        run.Run(seconds);
        var (siloUsed, loadUsed) = (silo.Cpu - cpu, Environment.CpuUsage.TotalTime - own);
        var (stored, open) = (await StoredAsync(database) - before, await OpenAsync(database));
        var workingSet = silo.WorkingSet;
        rounds.AddRange(await RoundsAsync("closed loop", 3));
        peak = Median(rounds);
        Report(run, peak, rounds, sustained, factor, seconds, stored, open, workingSet);
        var (empty, emptyLoad) = await EmptyServer.MeasureAsync(requests, run.Count(503) / seconds, seconds / 2, directory);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| processor time of a refusal, µs | silo {(siloUsed.TotalMicroseconds - (turn * run.Count(200))) / run.Count(503):0}, an empty web server {empty:0}; load {loadUsed.TotalMicroseconds / run.Sent:0}, with the empty server {emptyLoad:0} |"));
        var broken = Judge(run, peak, seconds, stored, open).ToList();
        Console.WriteLine($"| verdict | {(broken.Count == 0 ? "all bounds are held" : string.Join("; ", broken))} |");
        foreach (var connection in connections)
        {
            connection.Dispose();
        }

        Directory.Delete(directory, recursive: true);
        return broken.Count == 0;

        async Task<List<double>> RoundsAsync(string name, int count)
        {
            var rates = new List<double>();
            for (var round = 0; round < count; round++)
            {
                var (length, cpu) = (Math.Min(10, seconds / 4), silo.Cpu);
                rates.Add(await PeakAsync(connections, requests, length));
                turn = (silo.Cpu - cpu).TotalMicroseconds / (rates[^1] * length);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {rates[^1]:0} turns/s, {turn:0} µs of the silo's processors each"));
            }

            return rates;
        }

        async Task<bool> IsSustainedAsync(double rate)
        {
            var trial = new OpenLoop(connections, requests, rate);
            trial.Run(Math.Min(20, seconds / 3));
            var answered = trial.Latencies(200);
            var p99 = answered.Length == 0 ? double.PositiveInfinity : Load.Percentile(answered, 0.99);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"open loop: {rate:0} turns/s, p99 {p99:0} ms, {trial.Count(503)} refused"));
            return answered.Length > 0.99 * trial.Sent && trial.Late == 0 && p99 < MostMilliseconds;
        }
    }

    private static double Median(IReadOnlyCollection<double> rates) => Load.Percentile([.. rates.Order()], 0.5);

    private static IEnumerable<string> Judge(OpenLoop run, double peak, double seconds, long stored, long open)
    {
        var (finished, refused) = (run.Count(200), run.Latencies(503));
        if (finished / seconds < LeastFinished * peak)
        {
            yield return Text($"finished {finished / seconds / peak:0.00} of the most, less than {LeastFinished:0.00}");
        }

        if (refused.Length > 0 && Load.Percentile(refused, 0.5) is var median && median > MostRefusalMilliseconds)
        {
            yield return Text($"refused in {median:0} ms, more than {MostRefusalMilliseconds:0}");
        }

        if (run.Sent - finished - refused.Length is not 0 and var other)
        {
            yield return Text($"{other} requests got another answer or none");
        }

        if (stored != finished || open != 0)
        {
            yield return Text($"{finished} turns were answered, {stored} are stored, {open} are open");
        }

        if (refused.Length == 0)
        {
            yield return "nothing was refused, so this was no overload";
        }

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    private static void Report(
        OpenLoop run, double peak, IReadOnlyCollection<double> rounds, double sustained, double factor, double seconds, long stored, long open, long workingSet)
    {
        var (done, refused) = (run.Latencies(200), run.Latencies(503));
        Console.WriteLine("| at overload | |");
        Console.WriteLine("|---|---|");
        Line("most, closed loop, turns/s", $"{peak:0}, the median of {rounds.Count} rounds of {rounds.Min():0} to {rounds.Max():0}");
        Line($"sustained, open loop (all finish, p99 under {MostMilliseconds} ms), turns/s", $"{sustained:0}");
        Line("asked, open loop, turns/s", $"{sustained * factor:0} for {seconds:0} s; {run.Late} of {run.Sent} requests found no free connection");
        Line("finished, turns/s", $"{run.Count(200) / seconds:0} ({run.Count(200) / seconds / peak:0.00} of the most; the bound is {LeastFinished:0.00})");
        Line("finished, p50 / p99 ms", done.Length == 0 ? (FormattableString)$"-" : $"{Load.Percentile(done, 0.5):0} / {Load.Percentile(done, 0.99):0}");
        Line("refused", $"{run.Count(503)}");
        Line("refused in, p50 / p99 ms", refused.Length == 0 ? (FormattableString)$"-" : $"{Load.Percentile(refused, 0.5):0.0} / {Load.Percentile(refused, 0.99):0.0} (the bound is {MostRefusalMilliseconds:0} for the median)");
        Line("any other answer", $"{run.Sent - run.Count(200) - run.Count(503)}");
        Line("turns stored, and still open", $"{stored}, {open} (finished by answer: {run.Count(200)})");
        Line("working set of the silo, MB", $"{workingSet >> 20}");

        static void Line(string what, FormattableString figure) => Console.WriteLine($"| {what} | {figure.ToString(CultureInfo.InvariantCulture)} |");
    }

    private static async Task<double> PeakAsync(RawConnection[] connections, byte[][] requests, double seconds)
    {
        var finished = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, PeakCallers).Select(caller => Task.Run(async () =>
        {
            for (var i = caller; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; i = (i + PeakCallers) % Conversations)
            {
                if (await connections[caller].SendAsync(requests[i]) == 200)
                {
                    Interlocked.Increment(ref finished);
                }
            }
        })));
        return finished / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static Task<long> StoredAsync(string database) => CountAsync(database, "select count(*) from runs where ended_at is not null");

    private static Task<long> OpenAsync(string database) => CountAsync(database, "select count(*) from open_runs");

    private static async Task<long> CountAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
