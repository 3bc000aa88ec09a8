using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.VendorSimulator;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Embeddings;

namespace OrleansAi.Tests.Unit.Vendors.Wires;

/// <summary>One vendor of the simulator, called as the product calls it: pipeline, capture, contract and checks included.</summary>
internal sealed class SimulatedVendor : IAsyncDisposable
{
    public const string Name = "simulated";

    private readonly VendorCatalog _catalog;

    private SimulatedVendor(Simulator simulator, RoutingOptions options)
    {
        Simulator = simulator;
        _catalog = new VendorCatalog(Options.Create(options), TimeProvider.System, NullLoggerFactory.Instance);
        Embeddings = new EmbeddingCatalog(Options.Create(options), TimeProvider.System, NullLoggerFactory.Instance);
    }

    public Simulator Simulator { get; }

    public VendorCatalog Catalog => _catalog;

    public EmbeddingCatalog Embeddings { get; }

    public static async Task<SimulatedVendor> StartAsync(Wire wire, Action<VendorOptions>? configure = null)
    {
        var simulator = await Simulator.StartAsync();
        var options = new VendorOptions { Kind = Kind(wire), Endpoint = simulator.EndpointOf(wire), ApiKey = "secret-key", MaxRetries = 0 };
        configure?.Invoke(options);
        return new SimulatedVendor(simulator, new RoutingOptions { Vendors = { [Name] = options } });
    }

    public static string Kind(Wire wire) => wire switch
    {
        Wire.OpenAiChat => "openai",
        Wire.OpenAiResponses => "openai-responses",
        Wire.AzureOpenAi => "azure-openai",
        Wire.Anthropic => "anthropic",
        Wire.Gemini => "gemini",
        _ => "ollama",
    };

    public static ModelCall Call(params ModelMessage[] messages) => new()
    {
        RunId = "resp_1",
        Vendor = Name,
        Model = "model-1",
        Messages = messages.Length > 0 ? messages : [Say(Role.User, "hello")],
        Sampling = new Sampling(),
        Deadline = TimeProvider.System.GetUtcNow().AddSeconds(60).ToUnixTimeMilliseconds(),
    };

    public static ModelMessage Say(Role role, string text) => new() { Role = role, Text = text };

    public static ModelMessage Output(string id, string text) => new() { Role = Role.User, Text = text, ToolCallId = id };

    /// <summary>What the messages of a result would be in the next request.</summary>
    public static IEnumerable<ModelMessage> SaidApart(ModelResult result)
    {
        var start = 0;
        foreach (var message in result.Messages ?? [new ModelOutputMessage { Length = result.Text.Length }])
        {
            yield return Say(Role.Assistant, result.Text.Substring(start, message.Length)) with { Phase = message.Phase };
            start += message.Length;
        }
    }

    /// <summary>What a result would be in the next request.</summary>
    public static ModelMessage Said(ModelResult result) =>
        new() { Role = Role.Assistant, Text = result.Text, ToolCalls = result.ToolCalls, Reasoning = result.Reasoning };

    public async Task<(ModelResult Result, List<ModelEvent> Events)> AskAsync(
        bool stream, ModelCall call, CancellationToken cancellationToken = default)
    {
        var invoker = _catalog.For(Name, call.Model);
        if (!stream)
        {
            return (await invoker.CompleteAsync(call, cancellationToken), []);
        }

        var events = new List<ModelEvent>();
        await foreach (var next in invoker.StreamAsync(call, cancellationToken))
        {
            events.Add(next);
        }

        return (events[^1].Result!, events);
    }

    public async ValueTask DisposeAsync()
    {
        _catalog.Dispose();
        Embeddings.Dispose();
        await Simulator.DisposeAsync();
    }
}
