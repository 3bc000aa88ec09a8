using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrleansAi.VendorSimulator;
using OrleansAi.Vendors.Wire;
using OrleansAi.Vendors.WireContracts;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.WireContracts;

/// <summary>What the simulator sends on every wire, over a socket, is held to the contracts of the vendors it plays.</summary>
public sealed class SimulatorContractTests
{
    private const string Model = "model-1";

    private static readonly SimulatedToolCall Tool = new("get_weather", """{"city":"Paris","days":[1,2]}""");

    private static readonly Dictionary<string, Reply> Replies = new(StringComparer.Ordinal)
    {
        ["text"] = new Reply { Text = "Hello there, how are you?" },
        ["one piece"] = new Reply { Text = "Hello there", Chunks = 1 },
        ["length"] = new Reply { Text = "Hello", Stop = StopKind.Length },
        ["content filter"] = new Reply { Text = "Hello", Stop = StopKind.ContentFilter },
        ["refusal"] = new Reply { Refusal = "I will not." },
        ["tool"] = new Reply { ToolCalls = [Tool] },
        ["tools in pieces"] = new Reply { Text = "Let me see.", ToolCalls = [Tool, Tool with { Id = "call_b" }], SplitArguments = true },
        ["tool without arguments"] = new Reply { ToolCalls = [new SimulatedToolCall("now", "")] },
        ["reasoning"] = new Reply { Text = "Hello", Reasoning = "They greet me." },
        ["reasoning and tool"] = new Reply { Reasoning = "I must look.", ToolCalls = [Tool] },
        ["tokens"] = new Reply { Text = "Hello", InputTokens = 20, OutputTokens = 30, CachedTokens = 7, ReasoningTokens = 11 },
        ["dated model"] = new Reply { Text = "Hello", ServedModel = Model + "-2026-01-01" },
    };

    public static TheoryData<Wire, string, bool> Happy
    {
        get
        {
            var data = new TheoryData<Wire, string, bool>();
            foreach (var wire in Enum.GetValues<Wire>())
            {
                foreach (var name in Replies.Keys)
                {
                    data.Add(wire, name, false);
                    data.Add(wire, name, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Happy))]
    public async Task Check_HappyReply_IsExact(Wire wire, string reply, bool isStream)
    {
        var (reading, capture) = await CallAsync(wire, isStream, Replies[reply]);

        Assert.Equal(200, capture.Status);
        Assert.Empty(WireContractTests.Show(reading));
        Assert.Equal((Api(wire) + ".1", false), (reading.Contract, reading.IsError));
    }

    [Theory]
    [InlineData(Wire.OpenAiChat, 7, "")]
    [InlineData(Wire.OpenAiChat, 20, "")]
    [InlineData(Wire.OpenAiChat, 23, "")]
    [InlineData(Wire.OpenAiChat, 24, "UnknownValue $.choices[].finish_reason \"\"")]
    [InlineData(Wire.OpenAiChat, 26, "")]
    [InlineData(Wire.OpenAiChat, 5, "ServedModelDiffers $.model model-#-next-generation")]
    [InlineData(Wire.Anthropic, 16, "")]
    [InlineData(Wire.Anthropic, 25, "")]
    [InlineData(Wire.Gemini, 10, "")]
    [InlineData(Wire.Gemini, 22, "")]
    [InlineData(Wire.Gemini, 5, "ServedModelDiffers $.modelVersion model-#-next-generation")]
    public async Task Check_Quirk_IsToldApartFromWhatIsKnown(Wire wire, int quirk, string expected)
    {
        var (reading, _) = await CallAsync(wire, isStream: true, new Reply { Text = "Hello there", ToolCalls = [Tool], Quirk = quirk });

        Assert.Equal(expected, string.Join('|', WireContractTests.Show(reading)));
    }

    [Theory]
    [InlineData(FaultKind.HtmlWith200, false)]
    [InlineData(FaultKind.HtmlWith200, true)]
    [InlineData(FaultKind.CutJson, false)]
    [InlineData(FaultKind.MalformedChunk, true)]
    public async Task Check_Garbage_IsBreaking(FaultKind kind, bool isStream)
    {
        foreach (var wire in Enum.GetValues<Wire>())
        {
            var (reading, _) = await CallAsync(wire, isStream, new Reply { Text = "a b c d e", Fault = new Fault(kind) { AtChunk = 2 } });

            Assert.Equal((wire, ContractClass.Breaking), (wire, reading.Class));
            Assert.Contains(reading.Findings, static finding => finding.Kind == ContractFindingKind.NotJson);
        }
    }

    [Theory]
    [InlineData(FaultKind.HttpStatus, false)]
    [InlineData(FaultKind.HttpStatus, true)]
    [InlineData(FaultKind.ContextLength, false)]
    [InlineData(FaultKind.ContentFilter, false)]
    [InlineData(FaultKind.ErrorInStream, true)]
    public async Task Check_Errors_BreakNoContract(FaultKind kind, bool isStream)
    {
        foreach (var wire in Enum.GetValues<Wire>())
        {
            var fault = new Fault(kind) { AtChunk = 2, Status = 503 };
            var (reading, _) = await CallAsync(wire, isStream, new Reply { Text = "a b c d e", Fault = fault }, requested: null);

            Assert.Equal((wire, ""), (wire, string.Join('|', WireContractTests.Show(reading))));
        }
    }

    private static async Task<(ContractReading Reading, WireCapture Capture)> CallAsync(
        Wire wire, bool isStream, Reply reply, string? requested = Model)
    {
        await using var simulator = await Simulator.StartAsync();
        simulator.Respond = _ => reply;
        var (path, body) = Request(wire, isStream);
        using var http = VendorHttp.Create();
        using var request = new HttpRequestMessage(HttpMethod.Post, simulator.EndpointOf(wire) + path) { Content = JsonContent.Create(body) };
        request.Headers.Add("anthropic-version", "2023-06-01");
        var capture = WireCapture.Begin();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await response.Content.ReadAsByteArrayAsync();
        Assert.Null(simulator.Calls.Single().Refused);
        var checker = new ContractChecker(WireContractCatalog.Default);
        return (checker.Check(Api(wire), Model, requested, isPinned: false, capture, isStream), capture);
    }

    private static (string Path, JsonObject Body) Request(Wire wire, bool isStream)
    {
        JsonArray messages = [new JsonObject { ["role"] = "user", ["content"] = "hello" }];
        return wire switch
        {
            Wire.OpenAiChat => ("/chat/completions", Chat()),
            Wire.AzureOpenAi => ("/openai/v1/chat/completions", Chat()),
            Wire.OpenAiResponses => ("/responses", new JsonObject
            {
                ["model"] = Model,
                ["stream"] = isStream,
                ["input"] = "hello",
                ["include"] = new JsonArray("reasoning.encrypted_content"),
            }),
            Wire.Anthropic => ("/v1/messages", new JsonObject { ["model"] = Model, ["stream"] = isStream, ["max_tokens"] = 99, ["messages"] = messages }),
            Wire.Gemini => ($"/models/{Model}:{(isStream ? "streamGenerateContent?alt=sse" : "generateContent")}", new JsonObject
            {
                ["contents"] = new JsonArray(new JsonObject { ["role"] = "user", ["parts"] = new JsonArray(new JsonObject { ["text"] = "hello" }) }),
            }),
            _ => ("/api/chat", new JsonObject { ["model"] = Model, ["stream"] = isStream, ["messages"] = messages }),
        };

        JsonObject Chat() => new()
        {
            ["model"] = Model,
            ["stream"] = isStream,
            ["stream_options"] = isStream ? new JsonObject { ["include_usage"] = true } : null,
            ["messages"] = messages,
        };
    }

    private static string Api(Wire wire) => wire switch
    {
        Wire.OpenAiChat => "openai.chat",
        Wire.OpenAiResponses => "openai.responses",
        Wire.AzureOpenAi => "azure-openai.chat",
        Wire.Anthropic => "anthropic.messages",
        Wire.Gemini => "gemini.generate-content",
        _ => "ollama.chat",
    };
}
