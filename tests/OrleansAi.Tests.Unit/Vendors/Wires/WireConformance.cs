using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Wires;

/// <summary>What every adapter does the same, whatever its wire. One subclass a wire.</summary>
public abstract class WireConformance(Wire wire) : IAsyncLifetime
{
    private const string Parameters = """{"type":"object","properties":{"city":{"type":"string"}}}""";

    private SimulatedVendor? _vendor;

    private SimulatedVendor Vendor => _vendor!;

    /// <summary>False for a wire that has no refusals of its own.</summary>
    protected virtual bool HasRefusals => true;

    /// <summary>True for a wire whose reasoning comes with something that the vendor wants back.</summary>
    protected virtual bool SignsReasoning => true;

    /// <summary>False for a wire that tells nothing of cached tokens.</summary>
    protected virtual bool TellsCache => true;

    public async ValueTask InitializeAsync() => _vendor = await SimulatedVendor.StartAsync(wire);

    public ValueTask DisposeAsync() => Vendor.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_ComesWholeAndExact(bool stream)
    {
        var (result, events) = await AskAsync(stream, new Reply { Text = "Grüße, 世界 ⚡ and a \"quote\"\nand a line.", InputTokens = 11, OutputTokens = 7 });

        Assert.Null(result.Error);
        Assert.Equal("Grüße, 世界 ⚡ and a \"quote\"\nand a line.", result.Text);
        Assert.Equal(FinishReason.Stop, result.FinishReason);
        Assert.Equal((11, 7), (result.Usage!.InputTokens, result.Usage.OutputTokens));
        Assert.Equal("model-1", result.ServedModel);
        Assert.Equal("exact", Assert.Single(result.Attempts).Contract);
        Assert.Equal(wire == Wire.Ollama, result.VendorRequestId is null);
        if (stream)
        {
            Assert.Equal(result.Text, string.Concat(events.Select(static next => next.Delta)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Usage_HasItsParts(bool stream)
    {
        var (result, _) = await AskAsync(stream, new Reply { Text = "fine", InputTokens = 100, OutputTokens = 50, CachedTokens = TellsCache ? 40 : 0, ReasoningTokens = wire is Wire.Anthropic or Wire.Ollama ? 0 : 30 });

        Assert.Equal((100, 50), (result.Usage!.InputTokens, result.Usage.OutputTokens));
        Assert.Equal(TellsCache ? 40 : 0, result.Usage.CachedTokens);
        Assert.Equal(wire is Wire.Anthropic or Wire.Ollama ? 0 : 30, result.Usage.ReasoningTokens);
    }

    [Theory]
    [InlineData(false, 1, false)]
    [InlineData(true, 1, false)]
    [InlineData(false, 3, false)]
    [InlineData(true, 3, false)]
    [InlineData(true, 3, true)]
    public async Task ToolCalls_ComeInOrder(bool stream, int count, bool split)
    {
        var calls = Enumerable.Range(1, count).Select(static i => new SimulatedToolCall("weather", $$"""{"city":"Rome {{i}}"}""")).ToList();

        var (result, events) = await AskAsync(stream, new Reply { ToolCalls = calls, SplitArguments = split }, WithTools());

        Assert.Null(result.Error);
        Assert.Equal(FinishReason.ToolCalls, result.FinishReason);
        Assert.Equal(calls.Select(static one => one.Arguments), result.ToolCalls.Select(static one => one.Arguments));
        Assert.All(result.ToolCalls, static one => Assert.Equal("weather", one.Name));
        Assert.Equal(count, result.ToolCalls.Select(static one => one.Id).Distinct().Count());
        if (stream)
        {
            var others = events.Where(static next => next.Other is not null).Select(static next => next.Other!).ToList();
            Assert.Equal(count, others.Count(static one => one.Kind == ModelDeltaKind.ToolCall));
            Assert.Equal(
                string.Concat(calls.Select(static one => one.Arguments)),
                string.Concat(others.Where(static one => one.Kind == ModelDeltaKind.ToolArguments).Select(static one => one.Text)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ToolCall_WithoutArguments_HasAnEmptyObject(bool stream)
    {
        var (result, _) = await AskAsync(stream, new Reply { ToolCalls = [new SimulatedToolCall("now", "")] }, WithTools());

        Assert.Null(result.Error);
        Assert.Equal("{}", Assert.Single(result.ToolCalls).Arguments);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ToolsOffered_NoneCalled_IsText(bool stream)
    {
        var (result, _) = await AskAsync(stream, new Reply { Text = "No need." }, WithTools());

        Assert.Equal(("No need.", 0), (result.Text, result.ToolCalls.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reasoning_ComesApartAndGoesBackByteForByte(bool stream)
    {
        var call = WithTools();
        var (first, _) = await AskAsync(stream, new Reply { Reasoning = "I think.", ToolCalls = [new SimulatedToolCall("weather", """{"city":"Rome"}""")] }, call);

        Assert.Equal("I think.", string.Concat(first.Reasoning.Select(static thought => thought.Text)));
        var answered = call with
        {
            Messages = [.. call.Messages, SimulatedVendor.Said(first), SimulatedVendor.Output(first.ToolCalls[0].Id, "sunny")],
        };
        var (second, _) = await AskAsync(stream, new Reply { Text = "It is sunny." }, answered);

        Assert.Null(second.Error);
        var opaque = first.Reasoning.Select(static thought => thought.Opaque).Concat(first.ToolCalls.Select(static one => one.Opaque)).OfType<string>().ToList();
        Assert.Equal(SignsReasoning, opaque.Count > 0);
        var sent = System.Text.RegularExpressions.Regex.Unescape(Vendor.Simulator.Calls[^1].RawBody.Replace("\\\"", "\"", StringComparison.Ordinal));
        Assert.All(opaque, one => Assert.Contains(one, sent, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refusal_IsNoText(bool stream)
    {
        if (!HasRefusals)
        {
            Assert.Contains(wire, new[] { Wire.Gemini, Wire.Ollama });
            return;
        }

        var (result, _) = await AskAsync(stream, new Reply { Refusal = "I will not." });

        Assert.Equal(("", "I will not."), (result.Text, result.Refusal));
        Assert.Contains(result.Verdicts, static verdict => verdict.Name == VerdictNames.Refused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Length_IsTold(bool stream)
    {
        var (result, _) = await AskAsync(stream, new Reply { Text = "It was a dark and", Stop = StopKind.Length });

        Assert.Equal(FinishReason.Length, result.FinishReason);
        Assert.Contains(result.Verdicts, static verdict => verdict.Name == VerdictNames.TruncatedByLength);
    }

    [Theory]
    [InlineData(401, "unauthorized", false)]
    [InlineData(429, "rate_limited", true)]
    [InlineData(500, "server_error", false)]
    [InlineData(503, "overloaded", true)]
    public async Task ErrorStatus_HasItsCause(int status, string cause, bool stream)
    {
        var (result, _) = await AskAsync(stream, new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = status } });

        var attempt = Assert.Single(result.Attempts);
        Assert.Equal((cause, status), (attempt.Cause, attempt.HttpStatus!.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ContextLength_HasItsOwnCode(bool stream)
    {
        var (result, _) = await AskAsync(stream, new Reply { Fault = new Fault(FaultKind.ContextLength) });

        Assert.Equal(ErrorCodes.ContextTooLong, result.Error?.Code);
    }

    [Fact]
    public async Task ErrorInsideAStream_IsNoSuccess()
    {
        var (result, _) = await AskAsync(stream: true, new Reply { Text = "one two three four", Fault = new Fault(FaultKind.ErrorInStream) { AtChunk = 2 } });

        Assert.NotNull(result.Error);
        Assert.DoesNotContain("terminal", result.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_ClosesTheConnection(bool stream)
    {
        using var cancel = new CancellationTokenSource();
        var arrived = new TaskCompletionSource<SimulatedCall>(TaskCreationOptions.RunContinuationsAsynchronously);
        Vendor.Simulator.Respond = call =>
        {
            arrived.TrySetResult(call);
            return new Reply { Text = "one two three", Fault = new Fault(FaultKind.Stall) { AtChunk = 1, Duration = TimeSpan.FromMinutes(5) } };
        };
        var asking = Vendor.AskAsync(stream, SimulatedVendor.Call(), cancel.Token);
        var seen = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await seen.Disconnected.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TranscriptOfManyVendors_IsWellFormed(bool stream)
    {
        var foreign = new ModelMessage
        {
            Role = Role.Assistant,
            Text = "",
            Reasoning = [new ModelReasoning { Vendor = "another", Kind = "thinking", Text = "hm", Opaque = "theirs" }],
            ToolCalls =
            [
                new ModelToolCall { Id = "call.with:odd/id", Name = "weather", Arguments = """{"city":"Oslo"}""", Opaque = "theirs", Vendor = "another" },
                new ModelToolCall { Id = "call_orphan", Name = "weather", Arguments = "{}" },
            ],
        };
        var call = WithTools() with
        {
            Messages =
            [
                SimulatedVendor.Say(Role.Assistant, "Welcome."),
                SimulatedVendor.Say(Role.System, "Be brief."),
                SimulatedVendor.Say(Role.User, "Weather in Oslo?"),
                foreign,
                SimulatedVendor.Say(Role.User, "Are you there?"),
                SimulatedVendor.Output("call.with:odd/id", "rain"),
                SimulatedVendor.Say(Role.Assistant, "It rains."),
                SimulatedVendor.Say(Role.Assistant, "Really."),
                SimulatedVendor.Output("call_of_long_ago", "42"),
                SimulatedVendor.Say(Role.Developer, "Be kind."),
                SimulatedVendor.Say(Role.User, "Thanks."),
            ],
        };

        var (result, _) = await AskAsync(stream, new Reply { Text = "You are welcome." }, call);

        var sent = Vendor.Simulator.Calls[^1];
        Assert.True(sent.Refused is null, sent.Refused);
        Assert.Null(result.Error);
        Assert.DoesNotContain("theirs", sent.RawBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secret_IsInNoRecord()
    {
        var (result, _) = await AskAsync(stream: false, new Reply { Text = "fine" });

        Assert.DoesNotContain("secret-key", System.Text.Json.JsonSerializer.Serialize(result), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key", Vendor.Simulator.Calls[^1].RawBody, StringComparison.Ordinal);
        Assert.NotNull(result.Attempts[0].RequestHash);
        Assert.NotNull(result.Exchanges[0]);
    }

    private static ModelCall WithTools() => SimulatedVendor.Call() with
    {
        Tools = [new ModelTool { Name = "weather", Description = "The weather.", Parameters = Parameters }, new ModelTool { Name = "now" }],
    };

    private Task<(ModelResult Result, List<ModelEvent> Events)> AskAsync(bool stream, Reply reply, ModelCall? call = null)
    {
        Vendor.Simulator.Respond = _ => reply;
        return Vendor.AskAsync(stream, call ?? SimulatedVendor.Call());
    }
}

/// <summary>Anthropic's messages.</summary>
public sealed class AnthropicConformance() : WireConformance(Wire.Anthropic);

/// <summary>Gemini's generateContent.</summary>
public sealed class GeminiConformance() : WireConformance(Wire.Gemini)
{
    protected override bool HasRefusals => false;
}

/// <summary>OpenAI's chat completions.</summary>
public sealed class OpenAiChatConformance() : WireConformance(Wire.OpenAiChat);

/// <summary>Chat completions as Azure answers them.</summary>
public sealed class AzureOpenAiConformance() : WireConformance(Wire.AzureOpenAi);

/// <summary>Ollama's chat.</summary>
public sealed class OllamaConformance() : WireConformance(Wire.Ollama)
{
    protected override bool HasRefusals => false;

    protected override bool SignsReasoning => false;

    protected override bool TellsCache => false;
}

/// <summary>OpenAI's Responses API.</summary>
public sealed class OpenAiResponsesConformance() : WireConformance(Wire.OpenAiResponses);
