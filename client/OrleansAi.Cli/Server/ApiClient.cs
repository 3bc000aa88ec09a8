using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Terminal;

namespace OrleansAi.Cli.Server;

/// <summary>The front over HTTP. What it refuses becomes a <see cref="CliException"/> with the server's own code and words.</summary>
internal sealed class ApiClient : IDisposable
{
    // A management limit gives way after seconds; more patience than this belongs to the pipeline.
    private const int MostAttempts = 6;
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http;

    private ApiClient(HttpClient http) => _http = http;

    public static ApiClient Create(string url, string? key)
    {
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CliException(ExitCodes.Usage, "invalid_url", $"'{url}' is no address of a server, such as http://localhost:5080.");
        }

        var http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (key is { Length: > 0 })
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return new ApiClient(http);
    }

    /// <summary>A part of a path, whatever is in it.</summary>
    public static string Part(string text) => Uri.EscapeDataString(text);

    /// <summary>A path with those parameters that have a value.</summary>
    public static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (value is { Length: > 0 })
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return path + query;
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, static () => null, cancellationToken);

    public Task<JsonNode> PostAsync(string path, JsonNode body, CancellationToken cancellationToken)
    {
        var text = Json.Line(body);
        return AskAsync(HttpMethod.Post, path, () => new StringContent(text, Encoding.UTF8, "application/json"), cancellationToken);
    }

    /// <summary>Sends something that is made anew for each attempt, and reads the answer's JSON.</summary>
    public async Task<JsonNode> AskAsync(HttpMethod method, string path, Func<HttpContent?> content, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(method, path, content, cancellationToken);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonNode.ParseAsync(body, cancellationToken: cancellationToken)
                ?? throw new CliException(ExitCodes.Failed, "no_answer", $"{path} was answered with nothing.");
        }
        catch (JsonException exception)
        {
            throw new CliException(ExitCodes.Failed, "no_json", $"{path} was not answered with JSON: {exception.Message} Is {_http.BaseAddress} a front of OrleansAi?");
        }
    }

    /// <summary>Sends something; the answer is a good one, and its body is not read yet.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Func<HttpContent?> content, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, path.TrimStart('/')) { Content = content() };
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                var wait = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
                if (answer.StatusCode != HttpStatusCode.TooManyRequests || attempt == MostAttempts || wait > MostWait)
                {
                    throw Refusal(method, path, answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
                }

                await Task.Delay(wait, cancellationToken);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static CliException Refusal(HttpMethod method, string path, HttpStatusCode status, string body)
    {
        JsonNode? problem;
        try
        {
            problem = body.Length > 0 ? JsonNode.Parse(body) : null;
        }
        catch (JsonException)
        {
            problem = null;
        }

        // Problem details below /api, OpenAI's shape elsewhere. What is missing behind a route has a code of its own.
        var error = (problem as JsonObject)?["error"] ?? problem;
        if (status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed && error.Text("code") is null or "invalid_request")
        {
            return new CliException(
                ExitCodes.Unsupported,
                "unsupported",
                $"This server has no route {method} /{path.TrimStart('/').Split('?')[0]}: it is older than this tool, or not a front of OrleansAi.");
        }

        return error.Text("code") is { } code
            ? new CliException(ExitCodes.Failed, code, error.Text("detail") ?? error.Text("message") ?? $"{(int)status}")
            : new CliException(ExitCodes.Failed, "refused", $"{method} /{path.TrimStart('/')} was answered with {(int)status}.");
    }
}
