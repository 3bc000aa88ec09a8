using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Tests of one silo whose vendors are the simulator's, started anew for each test unless the class has one for all of them.</summary>
/// <param name="shared">The silo of the class.</param>
public abstract class SimulatedSiloTests(SimulatedSilo? shared = null) : IAsyncLifetime
{
    private readonly SimulatedSilo? _own = shared is null ? new SimulatedSilo() : null;

    /// <summary>A vendor of each kind, by the name that its route has, too.</summary>
    internal static IReadOnlyList<(string Name, string Kind, Wire Wire)> EveryWire { get; } =
    [
        ("chat", "openai", Wire.OpenAiChat), ("responses", "openai-responses", Wire.OpenAiResponses), ("azure", "azure-openai", Wire.AzureOpenAi),
        ("anthropic", "anthropic", Wire.Anthropic), ("gemini", "gemini", Wire.Gemini), ("ollama", "ollama", Wire.Ollama),
    ];

    internal Simulator Simulator => Silo.Simulator;

    internal HttpClient Http => Silo.Http;

    private SimulatedSilo Silo => _own ?? shared!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => await Silo.BeginAsync(Configure);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Adds the vendors and routes of the tests.</summary>
    protected abstract void Configure(Dictionary<string, string> settings);

    /// <summary>Adds a vendor of the simulator.</summary>
    internal void AddVendor(Dictionary<string, string> settings, string name, string kind, Wire wire, int? retries = null)
    {
        settings[$"OrleansAi:Vendors:{name}:Kind"] = kind;
        settings[$"OrleansAi:Vendors:{name}:Endpoint"] = Simulator.EndpointOf(wire);
        settings[$"OrleansAi:Vendors:{name}:ApiKey"] = "a-key";
        if (retries is { } most)
        {
            settings[$"OrleansAi:Vendors:{name}:MaxRetries"] = $"{most}";
        }
    }

    /// <summary>Adds a vendor of each kind, each with a route of its own.</summary>
    internal void AddEveryWire(Dictionary<string, string> settings, int? retries = null)
    {
        foreach (var (name, kind, wire) in EveryWire)
        {
            AddVendor(settings, name, kind, wire, retries);
            settings[$"OrleansAi:Models:{name}:Candidates:0:Vendor"] = name;
            settings[$"OrleansAi:Models:{name}:Candidates:0:Model"] = $"{name}-model";
        }
    }

    /// <summary>Makes a vector store of one file, and waits until it can be searched.</summary>
    internal async Task<(string Store, string File)> StoreAsync(string text)
    {
        var file = await UploadAsync(text);
        var store = (string)(await Api.PostAsync(Http, "/v1/vector_stores", $$"""{"name":"facts","file_ids":["{{file}}"]}"""))["id"]!;
        await Eventually.GetAsync(
            () => Api.GetAsync(Http, $"/v1/vector_stores/{store}"), static one => (string)one["status"]! == "completed", "the store is ready");
        return (store, file);
    }

    /// <summary>Adds a file to a vector store, and waits until it can be found.</summary>
    internal async Task<string> AddFileAsync(string store, string text)
    {
        var file = await UploadAsync(text);
        await Api.PostAsync(Http, $"/v1/vector_stores/{store}/files", $$"""{"file_id":"{{file}}"}""");
        await Eventually.GetAsync(
            () => Api.GetAsync(Http, $"/v1/vector_stores/{store}/files/{file}"), static one => (string)one["status"]! == "completed", "the file can be found");
        return file;
    }

    private async Task<string> UploadAsync(string text)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("assistants"), "purpose" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue("text/markdown") } }, "file", "fact.md" },
        };
        using var uploaded = await Http.PostAsync("/v1/files", form);
        return (string)JsonNode.Parse(await uploaded.Content.ReadAsStringAsync())!["id"]!;
    }
}
