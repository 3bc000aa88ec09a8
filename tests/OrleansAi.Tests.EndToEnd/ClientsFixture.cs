using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A silo that asks for keys and whose routes lead to all wires of the simulator, for real clients of all kinds.</summary>
public sealed partial class ClientsFixture : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-node-").FullName;
    private Simulator? _simulator;
    private SiloProcess? _silo;

    /// <summary>Where the silo's front listens.</summary>
    public string Url => _silo!.Url;

    /// <summary>The key of an admin.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Where clients of the cluster connect.</summary>
    public int GatewayPort { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _simulator = await Simulator.StartAsync();
        _simulator.Respond = new ClientScript().Respond;
        var ports = Ports.Free(3);
        GatewayPort = ports[2];
        var settings = new Dictionary<string, string>
        {
            ["urls"] = $"http://127.0.0.1:{ports[0]}",
            ["OrleansAi:Cluster:SiloPort"] = $"{ports[1]}",
            ["OrleansAi:Cluster:GatewayPort"] = $"{ports[2]}",
            ["OrleansAi:Auth:Mode"] = "Keys",
            ["OrleansAi:Auth:HashKey"] = new('h', 32),
        };
        foreach (var (route, kind, wire, model) in new (string, string, Wire, string)[]
        {
            ("default", "openai", Wire.OpenAiChat, "gpt-5"),
            ("responses", "openai-responses", Wire.OpenAiResponses, "gpt-5"),
            ("azure", "azure-openai", Wire.AzureOpenAi, "gpt-5"),
            ("anthropic", "anthropic", Wire.Anthropic, "claude-opus-4-8"),
            ("gemini", "gemini", Wire.Gemini, "gemini-2.5-pro"),
            ("ollama", "ollama", Wire.Ollama, "llama3"),
        })
        {
            // What is cut on the unsteady one must not open the breaker of the other.
            foreach (var name in new[] { route, $"unsteady-{route}" })
            {
                settings[$"OrleansAi:Vendors:{name}:Kind"] = kind;
                settings[$"OrleansAi:Vendors:{name}:Endpoint"] = _simulator.EndpointOf(wire);
                settings[$"OrleansAi:Vendors:{name}:ApiKey"] = "a-key";
                settings[$"OrleansAi:Vendors:{name}:BreakerMinimumCalls"] = "1000";
                settings[$"OrleansAi:Models:{name}:Candidates:0:Vendor"] = name;
                settings[$"OrleansAi:Models:{name}:Candidates:0:Model"] = model;
            }
        }

        settings["OrleansAi:Models:builtin:Candidates:0:Vendor"] = "builtin";
        settings["OrleansAi:Models:builtin:Candidates:0:Model"] = "extractive";
        foreach (var (route, vendor) in new[]
        {
            ("text-embedding-3-small", "default"), ("embed-azure", "azure"), ("embed-gemini", "gemini"), ("embed-ollama", "ollama"),
        })
        {
            settings[$"OrleansAi:Embeddings:{route}:Candidates:0:Vendor"] = vendor;
            settings[$"OrleansAi:Embeddings:{route}:Candidates:0:Model"] = "text-embedding-3-small";
        }

        var (code, output) = await Command.RunAsync(
            ["dotnet", Deployment.SiloAssembly, "keys", "create", "--role", "admin", "--name", "clients"],
            _directory,
            Patience,
            [.. settings.Select(static setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value))]);
        Assert.True(code == 0, output);
        Key = KeyText().Match(output).Value;
        _silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, _directory, settings);
    }

    /// <summary>A client that has the key.</summary>
    public HttpClient Http() => new()
    {
        BaseAddress = new Uri(Url),
        Timeout = TimeSpan.FromSeconds(60),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Key) },
    };

    public async ValueTask DisposeAsync()
    {
        await _silo!.DisposeAsync();
        await _simulator!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Runs a program in the folder of the clients; what it says comes with the failure when it fails.</summary>
    public async Task<string> RunAsync(string program, string[] arguments)
    {
        var (code, output) = await Command.RunAsync([program, .. arguments], NodePackages.Folder, Patience, ("ORLEANSAI_URL", Url), ("ORLEANSAI_KEY", Key));
        Assert.True(code == 0, output);
        return output;
    }

    [GeneratedRegex("oai_sk_[A-Za-z0-9_-]+")]
    private static partial Regex KeyText();
}
