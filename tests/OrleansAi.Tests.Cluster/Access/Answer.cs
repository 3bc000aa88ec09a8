using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansAi.Tests.Cluster.Access;

/// <summary>An answer, read to its end.</summary>
internal sealed partial record Answer(HttpStatusCode Status, string Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The stable code of an error in either form.</summary>
    public string? Code => (string?)(Json["error"]?["code"] ?? Json["code"]);

    /// <summary>Everything that a caller can see, but for what every request has of its own and for the ids asked for.</summary>
    public string Seen(params string[] ids)
    {
        var body = ids.Aggregate(Body, static (text, id) => text.Replace(id, "<id>", StringComparison.Ordinal));
        var seen = $"{Status}\n{Headers}\n{RequestIds().Replace(body, "<request>")}";

        // A run that failed is the asker's own, and has an id of its own each time.
        return OwnRun().Match(Headers) is { Success: true } run ? seen.Replace(run.Groups[1].Value, "<run>", StringComparison.Ordinal) : seen;
    }

    public override string ToString() => $"{Status}\n{Headers}\n{Body}";

    public static async Task<Answer> ReadAsync(HttpResponseMessage answer)
    {
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(static header => header.Key.ToLowerInvariant() is not ("date" or "x-request-id" or "orleansai-trace-id"))
            .OrderBy(static header => header.Key, StringComparer.Ordinal)
            .Select(static header => $"{header.Key}: {string.Join(", ", header.Value)}");
        return new Answer(answer.StatusCode, string.Join('\n', headers), await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("OrleansAi-Run-Id: (resp_[0-9a-z]{26})")]
    private static partial Regex OwnRun();

    [GeneratedRegex("req_[0-9a-z]{26}")]
    private static partial Regex RequestIds();
}
