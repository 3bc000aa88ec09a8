using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;

namespace OrleansAi.VendorDouble;

/// <summary>A vendor on a socket: speaks OpenAI's chat completions and behaves as it is told.</summary>
public sealed class VendorServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<VendorCall> _calls = new();
    private int _count;

    private VendorServer(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/chat/completions", HandleAsync);
    }

    /// <summary>The address up to and with the version.</summary>
    public string Endpoint => _app.Urls.First() + "/v1";

    /// <summary>How the next calls are answered.</summary>
    public Func<VendorCall, Behaviour> Behave { get; set; } = static _ => new Behaviour();

    /// <summary>Whether <see cref="Calls"/> is kept.</summary>
    public bool KeepsCalls { get; set; } = true;

    /// <summary>The calls seen.</summary>
    public IReadOnlyCollection<VendorCall> Calls => _calls;

    /// <summary>How many calls were seen.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Starts the double.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    public static async Task<VendorServer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var server = new VendorServer(builder.Build());
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Makes the double what it was at its start: for tests that share it.</summary>
    public void Reset()
    {
        Behave = static _ => new Behaviour();
        KeepsCalls = true;
        _calls.Clear();
        Interlocked.Exchange(ref _count, 0);
    }

    /// <summary>Ends when the process is asked to stop.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <summary>The calls whose last message contains a text.</summary>
    public int CountOf(string text) => _calls.Count(call => call.LastMessage.Contains(text, StringComparison.Ordinal));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    /// <summary>The text that a call gets unless told otherwise.</summary>
    public static string DefaultAnswer(VendorCall call) => $"Answer {call.Number} to “{call.LastMessage}” — straße, 東京, 👩‍👩‍👧.";

    private async Task HandleAsync(HttpContext context)
    {
        string body;
        using (var reader = new StreamReader(context.Request.Body, Encoding.UTF8))
        {
            body = await reader.ReadToEndAsync();
        }

        var call = Read(body, Interlocked.Increment(ref _count));
        if (KeepsCalls)
        {
            _calls.Enqueue(call);
        }

        var behaviour = Behave(call);
        try
        {
            if (behaviour.Delay > TimeSpan.Zero)
            {
                await Task.Delay(behaviour.Delay, context.RequestAborted);
            }

            if (behaviour.Gate is not null)
            {
                await behaviour.Gate.WaitAsync(context.RequestAborted);
            }

            await AnswerAsync(context, call, behaviour);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ConnectionAbortedException or IOException)
        {
            // The caller hung up, or the behaviour cut it: both are what the test wanted.
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context, VendorCall call, Behaviour behaviour)
    {
        context.Response.Headers["x-request-id"] = $"vendor-{call.Number}";
        if (behaviour.RetryAfter is not null)
        {
            context.Response.Headers.RetryAfter = behaviour.RetryAfter;
        }

        if (behaviour.Status != 200 || behaviour.RawBody is not null)
        {
            context.Response.StatusCode = behaviour.Status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                behaviour.RawBody ?? $$$"""{"error":{"message":"scripted failure {{{behaviour.Status}}}","type":"server_error","code":null,"param":null}}""");
            return;
        }

        var text = behaviour.Refusal is null ? behaviour.Answer ?? DefaultAnswer(call) : "";
        if (call.IsStream)
        {
            await StreamAsync(context, call, behaviour, text);
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(new JsonObject
        {
            ["id"] = $"chatcmpl-{call.Number}",
            ["object"] = "chat.completion",
            ["created"] = 1_700_000_000,
            ["model"] = call.Model + "-2026",
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject
                {
                    ["role"] = "assistant",
                    ["content"] = behaviour.Refusal is null ? text : null,
                    ["refusal"] = behaviour.Refusal,
                },
                ["finish_reason"] = behaviour.FinishReason,
            }),
            ["usage"] = Usage(call, text),
        }.ToJsonString());
    }

    private static async Task StreamAsync(HttpContext context, VendorCall call, Behaviour behaviour, string text)
    {
        context.Response.ContentType = "text/event-stream";
        var chunks = Chunks(text).ToList();
        for (var i = 0; i < chunks.Count; i++)
        {
            if (behaviour.CutAfterChunks == i)
            {
                context.Abort();
                return;
            }

            if (behaviour.ChunkGate is { } gate)
            {
                await gate(i).WaitAsync(context.RequestAborted);
            }

            await SendAsync(context, Chunk(call, new JsonObject { ["content"] = chunks[i] }, null));
            if (behaviour.ChunkDelay > TimeSpan.Zero)
            {
                await Task.Delay(behaviour.ChunkDelay, context.RequestAborted);
            }
        }

        if (behaviour.Refusal is not null)
        {
            await SendAsync(context, Chunk(call, new JsonObject { ["refusal"] = behaviour.Refusal }, null));
        }

        if (behaviour.OmitsFinish)
        {
            return;
        }

        await SendAsync(context, Chunk(call, [], behaviour.FinishReason));
        var last = Chunk(call, [], null);
        last["choices"] = new JsonArray();
        last["usage"] = Usage(call, text);
        await SendAsync(context, last);
        await context.Response.WriteAsync("data: [DONE]\n\n");
    }

    private static JsonObject Chunk(VendorCall call, JsonObject delta, string? finish) => new()
    {
        ["id"] = $"chatcmpl-{call.Number}",
        ["object"] = "chat.completion.chunk",
        ["model"] = call.Model + "-2026",
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }),
    };

    private static async Task SendAsync(HttpContext context, JsonObject chunk)
    {
        await context.Response.WriteAsync($"data: {chunk.ToJsonString()}\n\n");
        await context.Response.Body.FlushAsync();
    }

    private static IEnumerable<string> Chunks(string text)
    {
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || text[i - 1] == ' ')
            {
                yield return text[start..i];
                start = i;
            }
        }
    }

    private static JsonObject Usage(VendorCall call, string text)
    {
        var input = call.Messages.Sum(static message => message.Text.Length) / 4;
        return new JsonObject
        {
            ["prompt_tokens"] = input,
            ["completion_tokens"] = text.Length / 4,
            ["total_tokens"] = input + (text.Length / 4),
        };
    }

    private static string TextOf(JsonElement content) => content.ValueKind == JsonValueKind.Array
        ? string.Concat(content.EnumerateArray().Select(static part => part.TryGetProperty("text", out var text) ? text.GetString() : ""))
        : content.GetString()!;

    private static VendorCall Read(string body, int number)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        return new VendorCall(
            number,
            root.GetProperty("model").GetString()!,
            [.. root.GetProperty("messages").EnumerateArray().Select(static message =>
                (message.GetProperty("role").GetString()!, TextOf(message.GetProperty("content"))))],
            root.TryGetProperty("stream", out var stream) && stream.GetBoolean(),
            body);
    }
}
