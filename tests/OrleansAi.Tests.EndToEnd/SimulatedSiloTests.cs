using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Tests of one silo whose vendors are the simulator's, started anew for each test.</summary>
public abstract class SimulatedSiloTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-simulated-").FullName;
    private Simulator? _simulator;
    private SiloProcess? _silo;

    /// <summary>A vendor of each kind, by the name that its route has, too.</summary>
    internal static IReadOnlyList<(string Name, string Kind, Wire Wire)> EveryWire { get; } =
    [
        ("chat", "openai", Wire.OpenAiChat), ("responses", "openai-responses", Wire.OpenAiResponses), ("azure", "azure-openai", Wire.AzureOpenAi),
        ("anthropic", "anthropic", Wire.Anthropic), ("gemini", "gemini", Wire.Gemini), ("ollama", "ollama", Wire.Ollama),
    ];

    internal Simulator Simulator => _simulator!;

    internal HttpClient Http => _silo!.Http;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        _simulator = await Simulator.StartAsync();
        var ports = Ports.Free(3);
        var settings = new Dictionary<string, string>
        {
            ["urls"] = $"http://127.0.0.1:{ports[0]}",
            ["OrleansAi:Cluster:SiloPort"] = $"{ports[1]}",
            ["OrleansAi:Cluster:GatewayPort"] = $"{ports[2]}",
        };
        Configure(settings);
        _silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, _directory, settings);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _silo!.DisposeAsync();
        await _simulator!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
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
