using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Wires;

/// <summary>Wishes that only some wires have a word for: said there, and noted where a hint is not passed on.</summary>
public sealed class WishTests
{
    [Theory]
    [InlineData(Wire.OpenAiChat, true, true)]
    [InlineData(Wire.AzureOpenAi, true, true)]
    [InlineData(Wire.OpenAiResponses, true, true)]
    [InlineData(Wire.Anthropic, true, false)]
    [InlineData(Wire.Gemini, false, false)]
    [InlineData(Wire.Ollama, false, false)]
    public async Task Hints_AreToldOrNoted(Wire wire, bool tellsUser, bool tellsCache)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);
        var call = SimulatedVendor.Call() with { SafetyIdentifier = "user-7", PromptCacheKey = "key-7", PromptCacheRetention = "24h" };

        var (result, _) = await vendor.AskAsync(false, call);

        Assert.True(result.Error is null, result.Error?.Message);
        var sent = vendor.Simulator.Calls[0].RawBody;
        Assert.Equal(tellsUser, sent.Contains("user-7", StringComparison.Ordinal));
        Assert.Equal(tellsCache, sent.Contains("key-7", StringComparison.Ordinal) && sent.Contains("24h", StringComparison.Ordinal));
        string[] expected =
        [
            .. tellsUser ? [] : (string[])["safety_identifier"], .. tellsCache ? [] : (string[])["prompt_cache_key", "prompt_cache_retention"],
        ];
        Assert.Equal(expected, result.Verdicts.Where(static one => one.Name == VerdictNames.HintNotTaken).Select(static one => one.Detail));
    }

    [Theory]
    [InlineData(Wire.OpenAiChat, null)]
    [InlineData(Wire.AzureOpenAi, null)]
    [InlineData(Wire.OpenAiResponses, "unsupported")]
    [InlineData(Wire.Anthropic, "unsupported")]
    [InlineData(Wire.Gemini, "unsupported")]
    [InlineData(Wire.Ollama, "unsupported")]
    public async Task Names_OfSpeakers_AreToldOrRefused(Wire wire, string? cause)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);

        var (result, _) = await vendor.AskAsync(false, SimulatedVendor.Call(SimulatedVendor.Say(Role.User, "hello") with { Name = "ada-7" }));

        Assert.Equal(cause, Assert.Single(result.Attempts).Cause);
        if (cause is null)
        {
            Assert.Contains("\"ada-7\"", vendor.Simulator.Calls[0].RawBody, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Detail_OfAFile_IsToldToTheResponsesApi()
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.OpenAiResponses);
        var message = SimulatedVendor.Say(Role.User, "read") with
        {
            Media = [new ModelMedia { Kind = ModelMediaKind.File, Data = "JVBE", MediaType = "application/pdf", FileName = "a.pdf", Detail = "high" }],
        };

        var (result, _) = await vendor.AskAsync(false, SimulatedVendor.Call(message));

        Assert.True(result.Error is null, result.Error?.Message);
        Assert.Contains("\"detail\":\"high\"", vendor.Simulator.Calls[0].RawBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ToolChoiceMode.Auto, "unsupported")]
    [InlineData(ToolChoiceMode.None, null)]
    public async Task OneCallAtATime_MattersOnlyWhereCallsMayBeMade(ToolChoiceMode mode, string? cause)
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.Ollama);
        var call = SimulatedVendor.Call() with
        {
            Tools = [new ModelTool { Name = "f" }], ParallelToolCalls = false, ToolChoice = new ModelToolChoice { Mode = mode },
        };

        Assert.Equal(cause, Assert.Single((await vendor.AskAsync(false, call)).Result.Attempts).Cause);
    }
}
