using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Wires;

/// <summary>Text, images and files go out in the order in which they were given, byte for byte as each wire has them.</summary>
public sealed class MediaOrderTests
{
    private static readonly ModelMedia First = new() { Kind = ModelMediaKind.Image, Data = "iVBO", MediaType = "image/png" };
    private static readonly ModelMedia Second = new() { Kind = ModelMediaKind.Image, Data = "/9j/", MediaType = "image/jpeg" };

    [Theory]
    [InlineData(Wire.OpenAiChat,
        """{"role":"user","content":[{"type":"text","text":"A: "},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},{"type":"text","text":" B: "},{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/"}},{"type":"text","text":" Which?"}]}""")]
    [InlineData(Wire.AzureOpenAi,
        """{"role":"user","content":[{"type":"text","text":"A: "},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},{"type":"text","text":" B: "},{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/"}},{"type":"text","text":" Which?"}]}""")]
    [InlineData(Wire.OpenAiResponses,
        """{"type":"message","role":"user","content":[{"type":"input_text","text":"A: "},{"type":"input_image","image_url":"data:image/png;base64,iVBO","detail":"auto"},{"type":"input_text","text":" B: "},{"type":"input_image","image_url":"data:image/jpeg;base64,/9j/","detail":"auto"},{"type":"input_text","text":" Which?"}]}""")]
    [InlineData(Wire.Anthropic,
        """{"role":"user","content":[{"type":"text","text":"A: "},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}},{"type":"text","text":" B: "},{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/"}},{"type":"text","text":" Which?"}]}""")]
    [InlineData(Wire.Gemini,
        """{"role":"user","parts":[{"text":"A: "},{"inlineData":{"mimeType":"image/png","data":"iVBO"}},{"text":" B: "},{"inlineData":{"mimeType":"image/jpeg","data":"/9j/"}},{"text":" Which?"}]}""")]
    [InlineData(Wire.Ollama,
        """{"role":"user","content":"A: "},{"role":"user","content":" B: ","images":["iVBO"]},{"role":"user","content":" Which?","images":["/9j/"]}""")]
    public async Task ImagesAmongText_KeepTheirPlaces(Wire wire, string expected)
    {
        var message = SimulatedVendor.Say(Role.User, "A:  B:  Which?") with { Media = [First with { Position = 3 }, Second with { Position = 7 }] };

        Assert.Contains(expected, await SentAsync(wire, message), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Wire.OpenAiChat,
        """content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/"}}]""")]
    [InlineData(Wire.OpenAiResponses,
        """content":[{"type":"input_text","text":"look"},{"type":"input_image","image_url":"data:image/png;base64,iVBO","detail":"auto"},{"type":"input_image","image_url":"data:image/jpeg;base64,/9j/","detail":"auto"}]""")]
    [InlineData(Wire.Anthropic,
        """content":[{"type":"text","text":"look"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}},{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/"}}]""")]
    [InlineData(Wire.Gemini,
        """parts":[{"text":"look"},{"inlineData":{"mimeType":"image/png","data":"iVBO"}},{"inlineData":{"mimeType":"image/jpeg","data":"/9j/"}}]""")]
    [InlineData(Wire.Ollama,
        """{"role":"user","content":"look"},{"role":"user","content":"","images":["iVBO","/9j/"]}""")]
    public async Task ImagesBehindText_StayBehindIt(Wire wire, string expected)
    {
        var message = SimulatedVendor.Say(Role.User, "look") with { Media = [First with { Position = 4 }, Second with { Position = 4 }] };

        Assert.Contains(expected, await SentAsync(wire, message), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Wire.OpenAiResponses,
        """{"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"the map: "},{"type":"input_image","image_url":"data:image/png;base64,iVBO","detail":"auto"}]}""")]
    [InlineData(Wire.Anthropic,
        """{"type":"tool_result","tool_use_id":"call_1","content":[{"type":"text","text":"the map: "},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}}]}""")]
    [InlineData(Wire.Ollama,
        """{"role":"tool","tool_name":"weather","content":"the map: "},{"role":"tool","tool_name":"weather","content":"","images":["iVBO"]}""")]
    public async Task AFunctionsOutput_MayHaveImages(Wire wire, string expected) =>
        Assert.Contains(expected, await SentAsync(wire, [.. Loop()]), StringComparison.Ordinal);

    [Theory]
    [InlineData(Wire.OpenAiChat, "Chat completions take")]
    [InlineData(Wire.AzureOpenAi, "Chat completions take")]
    [InlineData(Wire.Gemini, "The Gemini API takes")]
    public async Task AFunctionsOutput_WhereTheWireHasTextAlone_HasANamedError(Wire wire, string api)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);

        var (result, _) = await vendor.AskAsync(false, SimulatedVendor.Call([.. Loop()]));

        Assert.Equal("unsupported", Assert.Single(result.Attempts).Cause);
        Assert.Contains(
            $"{api} no images and files in the output of a function; send them in a message of the user.", result.Error?.Message, StringComparison.Ordinal);
        Assert.Equal(0, vendor.Simulator.Count);
    }

    [Theory]
    [InlineData(Wire.Anthropic)]
    [InlineData(Wire.Gemini)]
    public async Task AnImageOfTheSystem_HasANamedError(Wire wire)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);

        var (result, _) = await vendor.AskAsync(
            false, SimulatedVendor.Call(SimulatedVendor.Say(Role.System, "s") with { Media = [First] }, SimulatedVendor.Say(Role.User, "u")));

        Assert.Contains("in a system or developer message", result.Error?.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<ModelMessage> Loop() =>
    [
        SimulatedVendor.Say(Role.User, "where?"),
        new ModelMessage { Role = Role.Assistant, Text = "", ToolCalls = [new ModelToolCall { Id = "call_1", Name = "weather", Arguments = "{}" }] },
        SimulatedVendor.Output("call_1", "the map: ") with { Media = [First with { Position = 9 }] },
    ];

    private static async Task<string> SentAsync(Wire wire, params ModelMessage[] messages)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);
        var (result, _) = await vendor.AskAsync(false, SimulatedVendor.Call(messages));
        Assert.True(result.Error is null, result.Error?.Message);
        var sent = Assert.Single(vendor.Simulator.Calls);
        Assert.True(sent.Refused is null, sent.Refused);
        return sent.RawBody;
    }
}
