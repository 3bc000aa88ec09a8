using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Reads a stream of response events.</summary>
internal static class EventReader
{
    /// <summary>Reads events until the stream ends or <paramref name="most"/> of them were read; then hangs up.</summary>
    public static async Task<List<JsonNode>> ReadAsync(
        HttpClient http, HttpRequestMessage request, int most = int.MaxValue, Action<JsonNode>? onEvent = null)
    {
        using (request)
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }

            var events = new List<JsonNode>();
            var parser = SseParser.Create(await answer.Content.ReadAsStreamAsync(), static (_, data) => Encoding.UTF8.GetString(data));
            if (events.Count < most)
            {
                await foreach (var next in parser.EnumerateAsync())
                {
                    var json = JsonNode.Parse(next.Data)!;
                    if ((string)json["type"]! != next.EventType)
                    {
                        throw new InvalidOperationException($"The event {next.EventType} has the type {json["type"]}.");
                    }

                    events.Add(json);
                    onEvent?.Invoke(json);
                    if (events.Count == most)
                    {
                        break;
                    }
                }
            }

            return events;
        }
    }

    public static HttpRequestMessage Resume(string run, long? after) =>
        new(HttpMethod.Get, $"/v1/responses/{run}?stream=true{(after is null ? "" : $"&starting_after={after}")}");

    public static bool IsTerminal(JsonNode next) =>
        (string)next["type"]! is "response.completed" or "response.failed" or "response.incomplete";

    /// <summary>The text of each item, put together from its deltas.</summary>
    public static Dictionary<string, string> Texts(IEnumerable<JsonNode> events) => events
        .Where(static next => (string)next["type"]! == "response.output_text.delta")
        .GroupBy(static next => (string)next["item_id"]!)
        .ToDictionary(static item => item.Key, static item => string.Concat(item.Select(static next => (string)next["delta"]!)));
}
