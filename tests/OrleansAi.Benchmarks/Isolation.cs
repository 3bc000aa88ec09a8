using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>
/// What 60 calls that hang on one vendor do to the calls of another one, through a whole silo: the other one's p99 alone and
/// beside them, in turns.
/// </summary>
internal static class Isolation
{
    private const int Hanging = 60;
    private const int Callers = 16;
    private const int Rounds = 5;

    public static async Task RunAsync(double seconds)
    {
        var ports = Ports.Free(5);
        var directory = Directory.CreateTempSubdirectory("orleansai-bench-").FullName;
        await using var good = await VendorAsync(ports[0], 20, directory);
        await using var bad = await VendorAsync(ports[1], 3_600_000, directory);
        await using var silo = await ServerProcess.StartAsync(
            ServerProcess.Assembly("silo", "OrleansAi.Silo"),
            [],
            new Dictionary<string, string>
            {
                ["urls"] = $"http://127.0.0.1:{ports[2]}",
                ["OrleansAi:Storage:ConnectionString"] = $"Data Source={Path.Combine(directory, "isolation.db")}",
                ["OrleansAi:Cluster:SiloPort"] = ports[3].ToString(CultureInfo.InvariantCulture),
                ["OrleansAi:Cluster:GatewayPort"] = ports[4].ToString(CultureInfo.InvariantCulture),
                ["OrleansAi:Vendors:good:Kind"] = "openai",
                ["OrleansAi:Vendors:good:Endpoint"] = $"http://127.0.0.1:{ports[0]}/v1",
                ["OrleansAi:Vendors:bad:Kind"] = "openai",
                ["OrleansAi:Vendors:bad:Endpoint"] = $"http://127.0.0.1:{ports[1]}/v1",
                ["OrleansAi:Vendors:bad:TimeoutSeconds"] = "3600",
                ["OrleansAi:Models:default:Candidates:0:Vendor"] = "good",
                ["OrleansAi:Models:default:Candidates:0:Model"] = "m1",
                ["OrleansAi:Models:hanging:Candidates:0:Vendor"] = "bad",
                ["OrleansAi:Models:hanging:Candidates:0:Model"] = "m2",
            },
            $"http://127.0.0.1:{ports[2]}/health/ready",
            directory);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{ports[2]}"),
        };
        await MeasureAsync(http, seconds * 3);
        var (alone, beside) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            alone.Add(await MeasureAsync(http, seconds));
            using var stop = new CancellationTokenSource();
            var hanging = await HangAsync(http, stop.Token);
            beside.Add(await MeasureAsync(http, seconds));
            await stop.CancelAsync();
            foreach (var id in hanging)
            {
                using var cancelled = await http.PostAsync($"/v1/responses/{id}/cancel", null);
                cancelled.EnsureSuccessStatusCode();
            }
        }

        Console.WriteLine("| the other vendor's p99 | ms |");
        Console.WriteLine("|---|---|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| alone | {Median(alone):0.0} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| beside {Hanging} calls that hang | {Median(beside):0.0} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nRatio {Median(beside) / Median(alone):0.00}; the bound is 1.20."));
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<ServerProcess> VendorAsync(int port, int delay, string directory)
    {
        var vendor = await ServerProcess.StartAsync(
            ServerProcess.Assembly("tests", "OrleansAi.VendorDouble"),
            [port.ToString(CultureInfo.InvariantCulture), delay.ToString(CultureInfo.InvariantCulture), "250"],
            new Dictionary<string, string>(), null, directory);
        await Eventually.GetAsync(() => Ports.IsListeningAsync(port), static listens => listens, "the vendor double listens");
        return vendor;
    }

    private static async Task<List<string>> HangAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        for (var i = 0; i < Hanging; i++)
        {
            using var content = new StringContent(
                new JsonObject { ["model"] = "hanging", ["input"] = "wait", ["background"] = true }.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync("/v1/responses", content, cancellationToken);
            ids.Add((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!["id"]!);
        }

        return ids;
    }

    private static async Task<double> MeasureAsync(HttpClient http, double seconds)
    {
        var conversations = new string[Callers];
        for (var i = 0; i < Callers; i++)
        {
            using var answer = await http.PostAsync("/v1/conversations", null);
            conversations[i] = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
        }

        var (latencies, _) = await Load.RunAsync(http, conversations, TimeSpan.FromSeconds(seconds));
        return Load.Percentile(latencies, 0.99);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
