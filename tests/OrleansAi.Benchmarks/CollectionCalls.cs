using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansAi.Benchmarks;

/// <summary>What a client of vector stores does, over HTTP.</summary>
internal sealed class CollectionCalls(HttpClient http)
{
    public async Task<string> UploadAsync(string name, string text)
    {
        using var form = new MultipartFormDataContent();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/markdown");
        form.Add(new StringContent("assistants"), "purpose");
        form.Add(content, "file", name);
        using var answer = await http.PostAsync("/v1/files", form);
        return (string)(await ReadAsync(answer))["id"]!;
    }

    public async Task<string> CreateAsync(string name) => (string)(await PostAsync("/v1/vector_stores", new JsonObject
    {
        ["name"] = name,
        ["chunking_strategy"] = new JsonObject
        {
            ["type"] = "static",
            ["static"] = new JsonObject
            {
                ["max_chunk_size_tokens"] = CollectionCorpus.Chunking.MaxTokens,
                ["chunk_overlap_tokens"] = CollectionCorpus.Chunking.OverlapTokens,
            },
        },
    }))["id"]!;

    public async Task AddAsync(string store, IEnumerable<string> files) => await PostAsync(
        $"/v1/vector_stores/{store}/file_batches", new JsonObject { ["file_ids"] = new JsonArray([.. files.Select(static file => (JsonNode)file)]) });

    public Task AddOneAsync(string store, string file) => PostAsync($"/v1/vector_stores/{store}/files", new JsonObject { ["file_id"] = file });

    public async Task<(int InProgress, int Completed, int Failed, long Version)> CountsAsync(string store)
    {
        using var answer = await http.GetAsync($"/v1/vector_stores/{store}");
        var body = await ReadAsync(answer);
        var counts = body["file_counts"]!;
        return ((int)counts["in_progress"]!, (int)counts["completed"]!, (int)counts["failed"]!, (long)body["version"]!);
    }

    public async Task<JsonObject> SearchAsync(string store, string query, bool byVectorsAlone = false)
    {
        var body = new JsonObject { ["query"] = query };
        if (byVectorsAlone)
        {
            body["ranking_options"] = new JsonObject { ["hybrid_search"] = new JsonObject { ["embedding_weight"] = 1, ["text_weight"] = 0 } };
        }

        return await PostAsync($"/v1/vector_stores/{store}/search", body);
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        using var answer = await http.PostAsync(path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
        return await ReadAsync(answer);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(body)!.AsObject()
            : throw new HttpRequestException($"{(int)answer.StatusCode}: {body}", null, answer.StatusCode);
    }
}
