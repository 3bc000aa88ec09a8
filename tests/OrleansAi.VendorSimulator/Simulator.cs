using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansAi.VendorSimulator.Faults;
using OrleansAi.VendorSimulator.Wires;

namespace OrleansAi.VendorSimulator;

/// <summary>
/// A server that answers as the vendors do, on all their wires at once, and breaks as they break. It judges requests as
/// strictly as the strictest of them.
/// </summary>
public sealed class Simulator : IAsyncDisposable
{
    private static readonly WireFormat[] Formats =
        [new OpenAiChatWire(), new OpenAiResponsesWire(), new AzureWire(), new AnthropicWire(), new GeminiWire(), new OllamaWire()];

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SimulatedCall> _calls = new();
    private int _count;

    private Simulator(WebApplication app)
    {
        _app = app;
        app.Run(HandleAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>What each call is answered.</summary>
    public Func<SimulatedCall, Reply> Respond { get; set; } =
        static call => new Reply { Text = string.Create(CultureInfo.InvariantCulture, $"echo {call.Number}: {call.LastUserText}") };

    /// <summary>False to keep only the number of calls, for runs that last.</summary>
    public bool KeepsCalls { get; set; } = true;

    /// <summary>The calls seen, in order.</summary>
    public IReadOnlyList<SimulatedCall> Calls => [.. _calls];

    /// <summary>How many calls were seen.</summary>
    public int Count => _count;

    /// <summary>Starts it.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    public static async Task<Simulator> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.WebHost.ConfigureKestrel(static options => options.Limits.MaxRequestBodySize = 64 << 20);
        var simulator = new Simulator(builder.Build());
        await simulator._app.StartAsync();
        return simulator;
    }

    /// <summary>What a user configures as the endpoint of a vendor.</summary>
    public string EndpointOf(Wire wire) => new Uri(Address, Formats.Single(format => format.Wire == wire).BasePath).ToString();

    /// <summary>Ends when the process is asked to stop.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Calls that hang are meant to: nobody waits for them.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var raw = await reader.ReadToEndAsync(context.RequestAborted);
        var path = context.Request.Path.Value ?? "";
        if (Parse(raw) is not { } body)
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("The body is not a JSON object.");
            return;
        }

        foreach (var format in Formats)
        {
            if (!path.StartsWith(format.BasePath, StringComparison.Ordinal))
            {
                continue;
            }

            if (format.MatchEmbeddings(path[format.BasePath.Length..], body) is { } embeddings)
            {
                await AnswerAsync(context, format, body, raw, embeddings.Model, isStream: false, embeddings.Inputs);
                return;
            }

            if (format.Match(path[format.BasePath.Length..], body) is { } match)
            {
                await AnswerAsync(context, format, body, raw, match.Model, match.IsStream, inputs: null);
                return;
            }
        }

        context.Response.StatusCode = 404;
        await context.Response.WriteAsync($"No wire has the path {path}.");
    }

    private async Task AnswerAsync(
        HttpContext context, WireFormat format, JsonObject body, string raw, string model, bool isStream, IReadOnlyList<string>? inputs)
    {
        var disconnected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = context.RequestAborted.Register(() => disconnected.TrySetResult());
        var call = new SimulatedCall
        {
            Number = Interlocked.Increment(ref _count),
            Wire = format.Wire,
            Model = model,
            IsStream = isStream,
            Body = body,
            RawBody = raw,
            Headers = context.Request.Headers.ToDictionary(static pair => pair.Key.ToLowerInvariant(), static pair => pair.Value.ToString()),
            LastUserText = inputs is null ? format.LastUserText(body) : inputs.LastOrDefault() ?? "",
            Inputs = inputs,
            Disconnected = disconnected.Task,
        };
        call.Refused = inputs is null ? format.Refuse(call) : format.RefuseEmbeddings(call);
        if (KeepsCalls)
        {
            _calls.Enqueue(call);
        }

        try
        {
            var reply = Respond(call);
            call.Refused ??= Quirks.Refuse(call, reply);
            await new Exchange(context, format, call, Quirks.Apply(call, reply)).RunAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client has hung up, or was hung up on: both are what was asked for.
            disconnected.TrySetResult();
        }
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
