using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.VendorSimulator;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Routing;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Wires;

/// <summary>What is done with each documented quirk of a vendor; the numbers are those of docs/vendor-simulator.md.</summary>
public sealed class QuirkTests
{
    private const string Parameters = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";
    private static readonly SimulatedToolCall Weather = new("weather", """{"city":"Rome"}""");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Quirk01_CodeFences_AreTakenOffStructuredOutputAndNoted(bool stream)
    {
        var call = Call() with { OutputFormat = new ModelOutputFormat { Schema = Parameters } };

        var result = await AskAsync(Wire.OpenAiChat, stream, call, new Reply { Text = """{"city":"Rome"}""", Quirk = 1 });

        Assert.Equal("""{"city":"Rome"}""", result.Text);
        Has(VerdictNames.FenceWrapped, result);
    }

    [Fact]
    public async Task Quirk02_AnotherScriptInTheText_IsNoted()
    {
        var result = await AskAsync(Wire.Anthropic, false, Call(), new Reply { Text = string.Join(' ', Enumerable.Repeat("an English sentence", 10)), Quirk = 2 });

        Assert.Contains("สวัสดี", result.Text, StringComparison.Ordinal);
        Assert.Equal("Thai", Has(VerdictNames.ForeignScript, result).Detail);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Quirk03And04_ABehaviourThatChangesWithNoSchemaChange_IsDrift(int quirk)
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.Anthropic);
        var random = new Random(quirk);
        var factor = 1;
        vendor.Simulator.Respond = _ => new Reply { Text = string.Concat(Enumerable.Repeat("word ", factor * random.Next(20, 60))), Quirk = quirk, Chunks = 1 };
        await RepeatAsync(vendor, 150);
        Assert.DoesNotContain(vendor.Catalog.Tools.Drift.Alarms, static alarm => alarm.Signal == "output_length");

        factor = 4;
        await RepeatAsync(vendor, 60);

        Assert.Contains(vendor.Catalog.Tools.Drift.Alarms, static alarm => alarm.Signal == "output_length" && alarm.After > 2 * alarm.Before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Quirk05_AnotherModelServes_IsNotedAndRefusedWhenPinned(bool isPinned)
    {
        var result = await AskAsync(Wire.OpenAiChat, false, Call() with { Pinned = isPinned }, new Reply { Text = "fine", Quirk = 5 });

        if (isPinned)
        {
            Assert.Equal(ErrorCodes.VendorContractViolated, result.Error?.Code);
            Assert.Equal("breaking", result.Attempts[0].Contract);
        }
        else
        {
            Has(VerdictNames.ServedModelDiffers, result);
            Assert.EndsWith("next-generation", result.ServedModel, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Quirk06_SenselessRateHeaders_BlockNothing()
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.AzureOpenAi, static options => options.MaxRetries = 1);
        vendor.Simulator.Respond = static call => new Reply
        {
            Text = "fine",
            Fault = call.Number == 1 ? new Fault(FaultKind.HttpStatus) { Status = 429 } : null,
            Headers = new Dictionary<string, string>
            {
                ["x-ratelimit-remaining-requests"] = "-1",
                ["x-ratelimit-remaining-tokens"] = "0",
                ["x-ratelimit-reset-tokens"] = "0",
            },
        };

        var (result, _) = await vendor.AskAsync(false, Call());

        Assert.Null(result.Error);
        Assert.Equal(2, vendor.Simulator.Count);
        Assert.Equal(TimeSpan.Zero, vendor.Catalog.For(SimulatedVendor.Name, "model-1").RateLimitWait);
    }

    [Theory]
    [InlineData(Wire.AzureOpenAi)]
    [InlineData(Wire.OpenAiChat)]
    public async Task Quirk07_EmptyChoicesFirst_AreTaken(Wire wire) =>
        Assert.Equal("fine", (await AskAsync(wire, true, Call(), new Reply { Text = "fine", Quirk = 7 })).Text);

    [Theory]
    [InlineData(Wire.Gemini, "gemini-3-pro")]
    [InlineData(Wire.OpenAiChat, "deepseek-reasoner")]
    [InlineData(Wire.OpenAiResponses, "o4")]
    public async Task Quirk08And11And17_WhatTheVendorWantsBack_GoesBackWithItsItem(Wire wire, string model)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);
        var call = WithTools() with { Model = model };
        vendor.Simulator.Respond = static _ => new Reply { Reasoning = "I think.", ToolCalls = [Weather] };
        var (first, _) = await vendor.AskAsync(true, call);
        vendor.Simulator.Respond = static _ => new Reply { Text = "Sunny." };

        var (second, _) = await vendor.AskAsync(true, call with
        {
            Messages = [.. call.Messages, SimulatedVendor.Said(first), SimulatedVendor.Output(first.ToolCalls[0].Id, "sunny")],
        });

        Assert.True(second.Error is null, second.Error?.Message);
    }

    [Fact]
    public async Task Quirk17_AThoughtWithoutTheItemItLedTo_IsNotSent()
    {
        var alone = new ModelMessage
        {
            Role = Role.Assistant,
            Text = "",
            Reasoning = [new ModelReasoning { Vendor = SimulatedVendor.Name, Kind = "reasoning", Id = "rs_1", Opaque = "x" }],
        };
        var call = SimulatedVendor.Call(SimulatedVendor.Say(Role.User, "a"), alone, SimulatedVendor.Say(Role.User, "b"));

        Assert.Null((await AskAsync(Wire.OpenAiResponses, false, call, new Reply { Text = "fine" })).Error);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(9, true)]
    [InlineData(20, false)]
    [InlineData(20, true)]
    public async Task Quirk09And20_StopBesideCalls_AreCalls(int quirk, bool stream)
    {
        var result = await AskAsync(Wire.OpenAiChat, stream, WithTools(), new Reply { ToolCalls = [Weather], Quirk = quirk });

        Assert.Equal(FinishReason.ToolCalls, result.FinishReason);
        Has(VerdictNames.Normalised, result);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Quirk10_GeminiStopsWithoutParts_IsAskedAgain(bool stream, bool withCalls)
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.Gemini, static options => options.MaxRetries = 1);
        vendor.Simulator.Respond = call => call.Number == 1
            ? new Reply { ToolCalls = withCalls ? [Weather] : [], Quirk = 10 }
            : new Reply { Text = "fine" };

        var (result, _) = await vendor.AskAsync(stream, WithTools());

        Assert.Null(result.Error);
        Assert.Equal("fine", result.Text);
        Assert.Equal("contract", result.Attempts[0].Cause);
    }

    [Fact]
    public async Task Quirk12_AnInputCutInSilence_IsNoAnswer()
    {
        var prompt = string.Join(' ', Enumerable.Range(0, 5_000).Select(static i => $"word{i}"));

        var result = await AskAsync(Wire.Ollama, false, Call(prompt), new Reply { Text = "fine", Quirk = 12 });

        Assert.Contains(VerdictNames.InputTruncated, result.Error?.Message, StringComparison.Ordinal);
        Assert.Equal("unsound_answer", result.Attempts[0].Cause);
        Assert.Equal(BillingCertainty.Billed, result.Attempts[0].Billing);
    }

    [Fact]
    public async Task Quirk13_IdsOfNine_AreMade()
    {
        var call = WithTools() with
        {
            Model = "mistral-large",
            Messages =
            [
                SimulatedVendor.Say(Role.User, "u"),
                new ModelMessage { Role = Role.Assistant, Text = "", ToolCalls = [new ModelToolCall { Id = "call_toolong_for_it", Name = "weather", Arguments = "{}" }] },
                SimulatedVendor.Output("call_toolong_for_it", "sunny"),
            ],
        };

        Assert.Null((await AskAsync(Wire.OpenAiChat, false, call, new Reply { Text = "fine" })).Error);
    }

    [Theory]
    [InlineData(14, false)]
    [InlineData(14, true)]
    [InlineData(15, false)]
    [InlineData(15, true)]
    public async Task Quirk14And15_LeakedWrapping_IsTakenOff(int quirk, bool stream)
    {
        var result = await AskAsync(Wire.OpenAiChat, stream, WithTools(), new Reply { ToolCalls = [Weather, Weather], Quirk = quirk });

        Assert.Null(result.Error);
        Assert.All(result.ToolCalls, static one => Assert.Equal(("weather", """{"city":"Rome"}"""), (one.Name, one.Arguments)));
        Assert.Equal(2, result.ToolCalls.Count);
        Has(VerdictNames.Normalised, result);
    }

    [Fact]
    public async Task Quirk16_EmptyPartialJson_IsAnEmptyObject()
    {
        var result = await AskAsync(Wire.Anthropic, true, WithTools(), new Reply { ToolCalls = [new SimulatedToolCall("now", "")], Quirk = 16 });

        Assert.Equal("{}", Assert.Single(result.ToolCalls).Arguments);
    }

    [Theory]
    [InlineData(18, "model-1")]
    [InlineData(27, "model-minor")]
    public async Task Quirk18And27_WhatOneModelRefuses_AnotherOneAnswers(int quirk, string model)
    {
        await using var simulator = await Simulator.StartAsync();
        simulator.Respond = call => new Reply { Text = "fine", Quirk = call.Wire == Wire.OpenAiChat ? quirk : 0 };
        using var catalog = new VendorCatalog(
            Options.Create(new RoutingOptions
            {
                Vendors =
                {
                    ["a"] = new VendorOptions { Kind = "openai", Endpoint = simulator.EndpointOf(Wire.OpenAiChat) },
                    ["b"] = new VendorOptions { Kind = "ollama", Endpoint = simulator.EndpointOf(Wire.Ollama) },
                },
                Models =
                {
                    ["chat"] = new RouteOptions
                    {
                        Candidates = [new CandidateOptions { Vendor = "a", Model = model }, new CandidateOptions { Vendor = "b", Model = "m" }],
                    },
                },
            }),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var routes = new RouteExecutor(
            catalog,
            (call, token) => catalog.For(call.Vendor, call.Model).CompleteAsync(call, token),
            (call, token) => catalog.For(call.Vendor, call.Model).StreamAsync(call, token));

        var result = await routes.CompleteAsync(
            Call() with { Route = "chat", Vendor = "a", Model = model, Sampling = new Sampling { Temperature = 0.5 } }, CancellationToken.None);

        Assert.Equal(("fine", "b"), (result.Text, result.Vendor));
        Assert.Equal(["bad_request", null], result.Attempts.Select(static attempt => attempt.Cause));
        Assert.Equal("a", catalog.Choose("chat").Vendor);
    }

    [Fact]
    public async Task Quirk19_ArgumentsOffTheSchema_AreRepairedOnceAndThenRefused()
    {
        var repaired = await AskAsync(Wire.OpenAiChat, false, WithTools(), static call => new Reply { ToolCalls = [Weather], Quirk = call.Number == 1 ? 19 : 0 });
        var broken = await AskAsync(Wire.OpenAiChat, false, WithTools(), static _ => new Reply { ToolCalls = [Weather], Quirk = 19 });

        Assert.Null(repaired.Error);
        Assert.Equal(Weather.Arguments, repaired.ToolCalls[0].Arguments);
        Assert.Equal(2, broken.Attempts.Count);
        Assert.Contains(VerdictNames.ToolArgumentsOffSchema, broken.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quirk21_NewStopReasonsAndDetails_AreReadAndRecorded()
    {
        var length = await AskAsync(Wire.Anthropic, false, Call(), new Reply { Text = "cut", Stop = StopKind.Length, Quirk = 21 });
        await using var vendor = await SimulatedVendor.StartAsync(Wire.Anthropic);
        vendor.Simulator.Respond = static _ => new Reply { Refusal = "No.", Quirk = 21 };
        var (refusal, _) = await vendor.AskAsync(true, Call());

        Assert.Equal(FinishReason.Length, length.FinishReason);
        Assert.Equal("No.", refusal.Refusal);
        Assert.Equal("additive", refusal.Attempts[0].Contract);
        var seen = Assert.Single(vendor.Catalog.Tools.FirstSeen.List());
        Assert.Equal(("new_category", 1L), (seen.Value, seen.Count));
        Assert.Equal(["resp_1"], seen.Runs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Quirk22_ANewFinishReasonOfGemini_IsNamed(bool stream)
    {
        var result = await AskAsync(Wire.Gemini, stream, Call(), new Reply { Text = "x", Quirk = 22 });

        Assert.Equal(ErrorCodes.VendorContractViolated, result.Error?.Code);
        Assert.Contains("TOO_MANY_TOOL_CALLS", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quirk23_Comments_AreIgnored_AndAFabricatedStop_IsNoAnswer()
    {
        Assert.Equal("fine", (await AskAsync(Wire.OpenAiChat, true, Call(), new Reply { Text = "fine", Quirk = 23 })).Text);
        Assert.NotNull((await AskAsync(Wire.OpenAiChat, true, Call(), new Reply { Text = "", Quirk = 23 })).Error);
        var inStream = await AskAsync(Wire.OpenAiChat, true, Call(), new Reply { Text = "a b c", Fault = new Fault(FaultKind.ErrorInStream) { AtChunk = 1 } });
        Assert.Equal("server_error", inStream.Attempts[0].Cause);
    }

    [Fact]
    public async Task Quirk24_AnEmptyFinishReason_IsNoEnd()
    {
        var result = await AskAsync(Wire.OpenAiChat, true, Call(), new Reply { Text = "one two three", Quirk = 24 });

        Assert.Equal(("one two three", FinishReason.Stop), (result.Text, result.FinishReason));
    }

    [Fact]
    public async Task Quirk25_UsageOnTheLastDeltaAlone_IsTaken()
    {
        var result = await AskAsync(Wire.Anthropic, true, Call(), new Reply { Text = "fine", InputTokens = 33, OutputTokens = 4, Quirk = 25 });

        Assert.Equal((33, 4), (result.Usage!.InputTokens, result.Usage.OutputTokens));
    }

    [Fact]
    public async Task Quirk26_CallsCountedFromOne_AreTaken()
    {
        var result = await AskAsync(Wire.OpenAiChat, true, WithTools(), new Reply { ToolCalls = [Weather, Weather], SplitArguments = true, Quirk = 26 });

        Assert.Equal([Weather.Arguments, Weather.Arguments], result.ToolCalls.Select(static one => one.Arguments));
    }

    [Theory]
    [InlineData(Wire.OpenAiChat, "insufficient_quota")]
    [InlineData(Wire.Anthropic, "billing_error")]
    public async Task Quirk28_ASpentAccount_IsNotAskedAgain(Wire wire, string code)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire, static options => options.MaxRetries = 3);
        vendor.Simulator.Respond = _ => new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 429, Code = code } };

        var (result, _) = await vendor.AskAsync(false, Call());

        Assert.Equal(1, vendor.Simulator.Count);
        Assert.Equal("quota_exhausted", result.Attempts[0].Cause);
    }

    private static async Task RepeatAsync(SimulatedVendor vendor, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            var (result, _) = await vendor.AskAsync(false, Call());
            Assert.Null(result.Error);
        }
    }

    private static ModelCall Call(string text = "hello") => SimulatedVendor.Call(SimulatedVendor.Say(Role.User, text));

    private static ModelCall WithTools() => Call() with
    {
        Tools = [new ModelTool { Name = "weather", Parameters = Parameters }, new ModelTool { Name = "now" }],
    };

    private static Verdict Has(string name, ModelResult result) => Assert.Single(result.Verdicts, verdict => verdict.Name == name);

    private static Task<ModelResult> AskAsync(Wire wire, bool stream, ModelCall call, Reply reply) => AskAsync(wire, stream, call, _ => reply);

    private static async Task<ModelResult> AskAsync(Wire wire, bool stream, ModelCall call, Func<SimulatedCall, Reply> respond)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);
        vendor.Simulator.Respond = respond;
        return (await vendor.AskAsync(stream, call)).Result;
    }
}
