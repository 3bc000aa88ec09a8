using System.Diagnostics;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A silo whose routes lead to all wires of the simulator, for real clients of all kinds.</summary>
public sealed class ClientsFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-node-").FullName;
    private Simulator? _simulator;
    private SiloProcess? _silo;

    /// <summary>Where the silo's front listens.</summary>
    public string Url => _silo!.Url;

    /// <summary>Where clients of the cluster connect.</summary>
    public int GatewayPort { get; private set; }

    private static string Clients => Deployment.PathOf("tests", "node-clients");

    public async ValueTask InitializeAsync()
    {
        _simulator = await Simulator.StartAsync();
        _simulator.Respond = Respond;
        var ports = Ports.Free(3);
        GatewayPort = ports[2];
        var settings = new Dictionary<string, string>
        {
            ["urls"] = $"http://127.0.0.1:{ports[0]}",
            ["OrleansAi:Cluster:SiloPort"] = $"{ports[1]}",
            ["OrleansAi:Cluster:GatewayPort"] = $"{ports[2]}",
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
            settings[$"OrleansAi:Vendors:{route}:Kind"] = kind;
            settings[$"OrleansAi:Vendors:{route}:Endpoint"] = _simulator.EndpointOf(wire);
            settings[$"OrleansAi:Vendors:{route}:ApiKey"] = "a-key";
            settings[$"OrleansAi:Models:{route}:Candidates:0:Vendor"] = route;
            settings[$"OrleansAi:Models:{route}:Candidates:0:Model"] = model;
        }

        foreach (var (route, vendor) in new[]
        {
            ("text-embedding-3-small", "default"), ("embed-azure", "azure"), ("embed-gemini", "gemini"), ("embed-ollama", "ollama"),
        })
        {
            settings[$"OrleansAi:Embeddings:{route}:Candidates:0:Vendor"] = vendor;
            settings[$"OrleansAi:Embeddings:{route}:Candidates:0:Model"] = "text-embedding-3-small";
        }

        _silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, _directory, settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo!.DisposeAsync();
        await _simulator!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Runs a program in the folder of the clients; what it says comes with the failure when it fails.</summary>
    public async Task<string> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Clients, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ORLEANSAI_URL"] = _silo!.Url;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2.5));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
        }

        var all = $"{await output}\n{await errors}";
        Assert.True(process.ExitCode == 0, all);
        return all;
    }

    // What was asked last says what kind of answer is wanted; an output of the function ends its loop.
    private static Reply Respond(SimulatedCall call)
    {
        var text = call.LastUserText;
        return call.RawBody.Contains("SUNNY-22", StringComparison.Ordinal) ? new Reply { Text = "It is sunny, 22 degrees." }
            : text.Contains("weather", StringComparison.Ordinal) ? new Reply { ToolCalls = [new SimulatedToolCall("get_weather", """{"city":"Oslo"}""")], SplitArguments = true }
            : text.Contains("think", StringComparison.Ordinal) ? new Reply { Reasoning = "a thought about it", Text = "so it is" }
            : text.Contains("json", StringComparison.Ordinal) ? new Reply { Text = """{"name":"Ada","age":36}""" }
            : text.Contains("refuse", StringComparison.Ordinal) ? new Reply { Refusal = "I cannot do that." }
            : text.Contains("long", StringComparison.Ordinal) ? new Reply { Text = "it goes on and", Stop = StopKind.Length }
            : text.Contains("slow", StringComparison.Ordinal) ? new Reply { Text = "at last", Delay = TimeSpan.FromSeconds(20) }
            : new Reply { Text = $"echo: {text}" };
    }
}
