using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.OtlpReceiver;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;

namespace OrleansAi.Tests.EndToEnd.Telemetry;

/// <summary>A silo that exports to a receiver, and all that it has exported once it has stopped.</summary>
internal sealed class ObservedSilo : IAsyncDisposable
{
    private const string Tools =
        """[{"type":"function","name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]""";

    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-otlp-").FullName;
    private readonly Simulator _simulator;
    private readonly OtlpReceiver.OtlpReceiver _receiver;
    private SiloProcess? _silo;

    private ObservedSilo(Simulator simulator, OtlpReceiver.OtlpReceiver receiver) => (_simulator, _receiver) = (simulator, receiver);

    /// <summary>What is said in the turns and must never be exported.</summary>
    public static IReadOnlyList<string> Secrets { get; } = ["Zanzibar", "weather_of_secrets", "blue whales", "sunny spells"];

    /// <summary>The conversation of the turns.</summary>
    public string Conversation { get; private set; } = "";

    /// <summary>The collection that was searched.</summary>
    public string Collection { get; private set; } = "";

    /// <summary>The runs of the turns.</summary>
    public List<string> Runs { get; } = [];

    /// <summary>What came.</summary>
    public OtlpReceiver.OtlpReceiver Received => _receiver;

    /// <summary>Starts a silo, has it do everything that is observed, and stops it, so that all is exported.</summary>
    /// <param name="variables">Variables of the process besides the exporter's.</param>
    public static async Task<ObservedSilo> RunAsync(params (string Key, string Value)[] variables)
    {
        var observed = new ObservedSilo(await Simulator.StartAsync(), await OtlpReceiver.OtlpReceiver.StartAsync());
        await observed.StartAsync(variables);
        await observed.TalkAsync();
        await observed.SearchAsync();
        await observed.SearchInATurnAsync();
        if (await observed._silo!.TerminateAsync() is var code and not 0)
        {
            throw new InvalidOperationException($"The silo ended with {code}:\n{observed._silo.Output}");
        }

        return observed;
    }

    public async ValueTask DisposeAsync()
    {
        await _silo!.DisposeAsync();
        await _receiver.DisposeAsync();
        await _simulator.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartAsync((string Key, string Value)[] variables)
    {
        var ports = Ports.Free(3);
        var settings = new Dictionary<string, string>
        {
            ["urls"] = $"http://127.0.0.1:{ports[0]}",
            ["OrleansAi:Cluster:SiloPort"] = $"{ports[1]}",
            ["OrleansAi:Cluster:GatewayPort"] = $"{ports[2]}",
            ["OrleansAi:Models:pair:Candidates:0:Vendor"] = "first",
            ["OrleansAi:Models:pair:Candidates:0:Model"] = "m-first",
            ["OrleansAi:Models:pair:Candidates:1:Vendor"] = "second",
            ["OrleansAi:Models:pair:Candidates:1:Model"] = "m-second",

            // Vendors of whose trouble nothing is known yet.
            ["OrleansAi:Models:searching:Candidates:0:Vendor"] = "third",
            ["OrleansAi:Models:searching:Candidates:0:Model"] = "m-third",
            ["OrleansAi:Models:searching:Candidates:1:Vendor"] = "fourth",
            ["OrleansAi:Models:searching:Candidates:1:Model"] = "m-fourth",
        };
        (string, string, Wire)[] vendors =
        [
            ("first", "openai", Wire.OpenAiChat), ("second", "anthropic", Wire.Anthropic), ("third", "openai", Wire.OpenAiChat), ("fourth", "anthropic", Wire.Anthropic),
        ];
        foreach (var (name, kind, wire) in vendors)
        {
            settings[$"OrleansAi:Models:{name}:Candidates:0:Vendor"] = name;
            settings[$"OrleansAi:Models:{name}:Candidates:0:Model"] = $"m-{name}";
            settings[$"OrleansAi:Vendors:{name}:Kind"] = kind;
            settings[$"OrleansAi:Vendors:{name}:Endpoint"] = _simulator.EndpointOf(wire);
            settings[$"OrleansAi:Vendors:{name}:ApiKey"] = "a-key";
            settings[$"OrleansAi:Vendors:{name}:MaxRetries"] = "1";
        }

        foreach (var (key, value) in _receiver.Variables.Concat(variables))
        {
            settings[key] = value;
        }

        _silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, _directory, settings);
    }

    // Tool call by the second vendor after the first one's stream was cut, its output, a retry, a failure of both, the built-in model.
    private async Task TalkAsync()
    {
        Conversation = await Api.CreateConversationAsync(_silo!.Http);
        _simulator.Respond = static call => call.Wire == Wire.OpenAiChat
            ? new Reply { Text = "lost words that are cut", Fault = new Fault(FaultKind.Cut) { AtChunk = 2 } }
            : new Reply { Text = "Let me see, in pieces.", ToolCalls = [new SimulatedToolCall("weather", """{"city":"Zanzibar"}""")] };
        var called = await TurnAsync("pair", stream: true, "\"How is it in Zanzibar?\"", $",\"instructions\":\"weather_of_secrets\",\"tools\":{Tools}");
        var callId = called["output"]!.AsArray().Single(static item => (string)item!["type"]! == "function_call")!["call_id"];

        var asked = 0;
        _simulator.Respond = _ => Interlocked.Increment(ref asked) == 1
            ? new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 500 } }
            : new Reply { Text = "There are sunny spells.", ServedModel = "another-model", CachedTokens = 1, ReasoningTokens = 1 };
        await TurnAsync(
            "pair",
            stream: false,
            $$"""[{"type":"function_call_output","call_id":"{{callId}}","output":"sunny spells"}]""",
            $$""","tools":{{Tools}},"temperature":1,"max_output_tokens":100""");

        _simulator.Respond = static _ => new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 500 } };
        await TurnAsync("pair", stream: false, "\"Once more?\"");

        // A word that the vendor's contract does not have.
        _simulator.Respond = static _ => new Reply { Text = "No.", Refusal = "I cannot.", Quirk = 21 };
        await TurnAsync("second", stream: false, "\"Will you?\"");
        await TurnAsync("default", stream: true, "\"Zanzibar has blue whales.\"");
    }

    private async Task SearchAsync()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("assistants"), "purpose" },
            { new ByteArrayContent("Off Zanzibar there are blue whales."u8.ToArray()), "file", "whales.txt" },
        };
        using var uploaded = await _silo!.Http.PostAsync("/v1/files", form);
        var file = JsonNode.Parse(await uploaded.Content.ReadAsStringAsync())!["id"];
        var store = await Api.PostAsync(_silo.Http, "/v1/vector_stores", $$"""{"name":"whales","file_ids":["{{file}}"]}""");
        Collection = (string)store["id"]!;
        await Eventually.GetAsync(
            () => Api.GetAsync(_silo.Http, $"/v1/vector_stores/{Collection}"),
            static answer => (string)answer["status"]! == "completed",
            "the file is indexed");
        var found = await Api.PostAsync(_silo.Http, $"/v1/vector_stores/{Collection}/search", """{"query":"blue whales","max_num_results":2}""");
        if (found["data"]!.AsArray().Count == 0)
        {
            throw new InvalidOperationException("Nothing was found.");
        }

        await Api.PostAsync(_silo.Http, $"/v1/vector_stores/vs_none/search", """{"query":"blue whales"}""", HttpStatusCode.NotFound);
    }

    // All of it in one turn: a search, tools, and a second vendor that answers for the first one.
    private async Task SearchInATurnAsync()
    {
        _simulator.Respond = static call => call.Wire == Wire.OpenAiChat
            ? new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 500 } }
            : new Reply { Text = "There are blue whales 【1†source】.", ToolCalls = [new SimulatedToolCall("weather", """{"city":"Zanzibar"}""")] };
        var search = $$"""{"type":"file_search","vector_store_ids":["{{Collection}}"]}""";
        await TurnAsync("searching", stream: true, "\"Where are blue whales?\"", $",\"tools\":[{search},{Tools[1..]}");
    }

    private async Task<JsonNode> TurnAsync(string model, bool stream, string input, string more = "")
    {
        using var answer = await _silo!.Http.PostAsync("/v1/responses", new StringContent(
            $$"""{"model":"{{model}}","conversation":"{{Conversation}}","stream":{{(stream ? "true" : "false")}},"input":{{input}}{{more}}}""",
            Encoding.UTF8,
            "application/json"));
        Runs.Add(answer.Headers.GetValues("OrleansAi-Run-Id").Single());
        var body = await answer.Content.ReadAsStringAsync();
        return stream
            ? JsonNode.Parse(body.Split('\n').Last(static line => line.StartsWith("data: {", StringComparison.Ordinal))[6..])!["response"]!
            : JsonNode.Parse(body)!;
    }
}
