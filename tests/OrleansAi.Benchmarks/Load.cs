using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansAi.Benchmarks;

/// <summary>What one measurement gave.</summary>
internal sealed record Sample(string Server, int Conversations, int VendorDelay, double TurnsPerSecond, double P50, double P95, double P99, double CpuPerTurn, double BytesPerTurn);

/// <summary>Closed-loop load: every conversation has one turn under way at any time.</summary>
internal static class Load
{
    private static readonly string Input = new('q', 250);

    public static async Task<(double[] Latencies, double Seconds)> RunAsync(HttpClient http, string[] conversations, TimeSpan duration)
    {
        var bodies = conversations.Select(static id => new JsonObject { ["conversation"] = id, ["input"] = Input }.ToJsonString())
            .Select(Encoding.UTF8.GetBytes).ToArray();
        return await RunAsync(http, "/v1/responses", bodies, duration);
    }

    /// <summary>Calls the vendor itself with requests as large as a server's: no server can be faster than this.</summary>
    public static async Task<(double[] Latencies, double Seconds)> RunVendorAsync(HttpClient vendor, int callers, TimeSpan duration)
    {
        var messages = new JsonArray([.. Enumerable.Range(0, 21).Select(static i =>
            (JsonNode)new JsonObject { ["role"] = i % 2 == 0 ? "user" : "assistant", ["content"] = Input })]);
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["model"] = "m1", ["messages"] = messages }.ToJsonString());
        return await RunAsync(vendor, "/v1/chat/completions", [.. Enumerable.Repeat(body, callers)], duration);
    }

    public static double Percentile(double[] sorted, double p) => sorted[(int)Math.Min(sorted.Length - 1, p * sorted.Length)];

    private static async Task<(double[] Latencies, double Seconds)> RunAsync(HttpClient http, string path, byte[][] bodies, TimeSpan duration)
    {
        var latencies = bodies.Select(static _ => new List<double>()).ToArray();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(bodies.Select((body, i) => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var at = Stopwatch.GetTimestamp();
                using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                using var answer = await http.PostAsync(path, content);
                if (!answer.IsSuccessStatusCode)
                {
                    throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
                }

                await answer.Content.ReadAsByteArrayAsync();
                latencies[i].Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            }
        })));
        return ([.. latencies.SelectMany(static list => list).Order()], Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}
