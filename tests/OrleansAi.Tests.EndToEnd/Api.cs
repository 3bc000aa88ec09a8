using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The HTTP API as a caller without an SDK uses it.</summary>
internal static class Api
{
    public static async Task<string> CreateConversationAsync(HttpClient http)
    {
        using var answer = await http.PostAsync("/v1/conversations", null);
        return (string)(await JsonAsync(answer, HttpStatusCode.OK))["id"]!;
    }

    public static HttpRequestMessage Turn(string conversation, string text, string? key = null, bool stream = false, bool background = false)
    {
        var body = new JsonObject { ["input"] = text, ["conversation"] = conversation, ["stream"] = stream, ["background"] = background };
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/responses")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return request;
    }

    public static async Task<JsonNode> SendAsync(HttpClient http, HttpRequestMessage request, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using (request)
        {
            using var answer = await http.SendAsync(request);
            return await JsonAsync(answer, expected);
        }
    }

    public static async Task<JsonNode> GetAsync(HttpClient http, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await http.GetAsync(path);
        return await JsonAsync(answer, expected);
    }

    public static Task<JsonNode> PostAsync(HttpClient http, string path, string json, HttpStatusCode expected = HttpStatusCode.OK) =>
        SendAsync(http, new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") }, expected);

    /// <summary>Role and text of every item, oldest first.</summary>
    public static async Task<IReadOnlyList<(string Role, string Text)>> ItemsAsync(HttpClient http, string conversation)
    {
        var page = await GetAsync(http, $"/v1/conversations/{conversation}/items?order=asc&limit=100");
        return [.. page["data"]!.AsArray().Select(static item => ((string)item!["role"]!, (string)item["content"]![0]!["text"]!))];
    }

    public static async Task<IReadOnlyList<JsonNode>> RunsAsync(HttpClient http, string conversation)
    {
        var page = await GetAsync(http, $"/api/runs?conversation={conversation}");
        return [.. page["data"]!.AsArray().Select(static run => run!)];
    }

    public static string Text(JsonNode response) => (string)response["output"]![0]!["content"]![0]!["text"]!;

    /// <summary>Waits until all runs of a conversation have ended and there are so many.</summary>
    public static Task<IReadOnlyList<JsonNode>> RunsEndedAsync(HttpClient http, string conversation, int count) => Eventually.GetAsync(
        () => RunsAsync(http, conversation),
        runs => runs.Count == count && runs.All(static run => (string)run["status"]! is not ("queued" or "in_progress")),
        $"{count} runs of {conversation} ended");

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var body = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode == expected
            ? JsonNode.Parse(body)!
            : throw new InvalidOperationException($"{(int)answer.StatusCode} instead of {(int)expected}: {body}");
    }
}
