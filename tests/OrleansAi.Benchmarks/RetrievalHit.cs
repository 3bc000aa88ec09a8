using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>
/// What a search costs a turn on one silo, over PostgreSQL and over SQLite, by the steps of its run: a conversation that asks the same again, so that its
/// cache has the answer and the owner of the collection confirms the version, and one that asks anew. What making a step durable takes is not in it. Held to a bound.
/// </summary>
internal static class RetrievalHit
{
    private const int Warmup = 200;
    private const int Turns = 150;
    private const double MostMedian = 0.3;

    /// <summary>Runs it and reports.</summary>
    /// <returns>True when a validated hit took no longer than it may.</returns>
    public static async Task<bool> RunAsync(string silo)
    {
        await using var postgreSql = await PostgreSqlInstance.StartAsync();
        Console.WriteLine("| search in a turn | cache | p50 ms | p95 ms |\n|---|---|---|---|");
        return await RunAsync(silo, "PostgreSql", await postgreSql.CreateDatabaseAsync())
            & await RunAsync(silo, "Sqlite", "Data Source=data/hit.db");
    }

    private static async Task<bool> RunAsync(string silo, string storage, string connectionString)
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-hit-").FullName;
        var ports = Ports.Free(3);
        double hit;
        await using (var process = await SiloProcess.StartAsync(silo, directory, new Dictionary<string, string>
        {
            ["urls"] = $"http://127.0.0.1:{ports[0]}",
            ["OrleansAi:Cluster:SiloPort"] = $"{ports[1]}",
            ["OrleansAi:Cluster:GatewayPort"] = $"{ports[2]}",
            ["OrleansAi:Storage:Provider"] = storage,
            ["OrleansAi:Storage:ConnectionString"] = connectionString,
        }))
        {
            var store = await StoreAsync(process.Http);
            hit = await MeasureAsync(process.Http, store, $"the same question again, {storage}", static _ => "Which chapter is about the harbour?");
            await MeasureAsync(process.Http, store, $"another question, {storage}", static i => $"Which chapter is about pier {i}?");
        }

        Directory.Delete(directory, recursive: true);
        return hit <= MostMedian;
    }

    private static async Task<double> MeasureAsync(HttpClient http, string store, string name, Func<int, string> question)
    {
        var conversation = (string)(await PostAsync(http, "/v1/conversations", "{}"))["id"]!;
        var times = new List<double>();
        var hits = 0;
        for (var i = 0; i < Warmup + Turns; i++)
        {
            var body = new JsonObject
            {
                ["conversation"] = conversation,
                ["input"] = question(i),
                ["tools"] = new JsonArray(new JsonObject { ["type"] = "file_search", ["vector_store_ids"] = new JsonArray(store), ["max_num_results"] = 5 }),
            };
            var run = (string)(await PostAsync(http, "/v1/responses", body.ToJsonString()))["id"]!;
            if (i < Warmup)
            {
                continue;
            }

            var steps = JsonNode.Parse(await http.GetStringAsync($"/api/runs/{run}"))!["steps"]!.AsArray();
            times.Add(steps.Where(static step => (string)step!["stage"]! is "embedding" or "retrieval").Sum(static step => (double)step!["duration_ms"]!));
            hits += steps.Any(static step => (string?)step!["retrieval"]?["collections"]![0]!["cache"] == "hit") ? 1 : 0;
        }

        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {hits} of {Turns} hits | {times[Turns / 2]:0.000} | {times[Turns * 95 / 100]:0.000} |"));
        return times[Turns / 2];
    }

    private static async Task<string> StoreAsync(HttpClient http)
    {
        var text = new StringBuilder();
        for (var i = 0; i < 400; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"# Chapter {i}\n\nChapter {i} is about pier {i} of the harbour, its {i * 3} lamps and the boats that come by night.\n\n");
        }

        using var form = new MultipartFormDataContent
        {
            { new StringContent("assistants"), "purpose" },
            { new StringContent(text.ToString()) { Headers = { ContentType = new MediaTypeHeaderValue("text/markdown") } }, "file", "piers.md" },
        };
        using var uploaded = await http.PostAsync("/v1/files", form);
        var file = (string)JsonNode.Parse(await uploaded.Content.ReadAsStringAsync())!["id"]!;
        var store = (string)(await PostAsync(http, "/v1/vector_stores", $$"""{"file_ids":["{{file}}"]}"""))["id"]!;
        await Eventually.GetAsync(
            async () => (string)JsonNode.Parse(await http.GetStringAsync($"/v1/vector_stores/{store}"))!["status"]!,
            static status => status == "completed",
            "the vector store is ready");
        return store;
    }

    private static async Task<JsonNode> PostAsync(HttpClient http, string path, string body)
    {
        using var answer = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }
}
