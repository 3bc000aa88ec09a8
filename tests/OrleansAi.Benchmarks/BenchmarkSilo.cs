using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>A silo on PostgreSQL with one route to a vendor double.</summary>
internal static class BenchmarkSilo
{
    public static Task<ServerProcess> VendorAsync(int port, int delay, string directory) => ServerProcess.StartAsync(
        ServerProcess.Assembly("tests", "OrleansAi.VendorDouble"),
        [Text(port), Text(delay), "250"],
        new Dictionary<string, string>(), null, directory);

    public static async Task<(ServerProcess Process, HttpClient Http)> StartAsync(
        string database, int vendorPort, string directory, IReadOnlyDictionary<string, string>? settings = null)
    {
        var ports = Ports.Free(3);
        var url = $"http://127.0.0.1:{ports[0]}";
        var process = await ServerProcess.StartAsync(
            ServerProcess.Assembly("silo", "OrleansAi.Silo"),
            [],
            new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
            {
                ["urls"] = url,
                ["OrleansAi:Storage:Provider"] = "PostgreSql",
                ["OrleansAi:Storage:ConnectionString"] = database,
                ["OrleansAi:Cluster:SiloPort"] = Text(ports[1]),
                ["OrleansAi:Cluster:GatewayPort"] = Text(ports[2]),
                ["OrleansAi:Vendors:double:Kind"] = "openai",
                ["OrleansAi:Vendors:double:Endpoint"] = $"http://127.0.0.1:{vendorPort}/v1",
                ["OrleansAi:Models:default:Candidates:0:Vendor"] = "double",
                ["OrleansAi:Models:default:Candidates:0:Model"] = "m1",
            },
            $"{url}/health/ready",
            directory);
        return (process, new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 }) { BaseAddress = new Uri(url) });
    }

    public static async Task<string[]> ConversationsAsync(HttpClient http, int count)
    {
        var ids = new string[count];
        for (var i = 0; i < count; i++)
        {
            ids[i] = (string)(await PostAsync(http, "/v1/conversations", "{}"))["id"]!;
        }

        return ids;
    }

    public static async Task<JsonNode> PostAsync(HttpClient http, string path, string body)
    {
        using var answer = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{(int)answer.StatusCode}: {text}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
