using OrleansAi.Vendors;
using OrleansAi.Vendors.Anthropic;
using OrleansAi.Vendors.Gemini;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors;

/// <summary>What is kept of an exchange, below whatever makes it.</summary>
public sealed class WireCaptureTests
{
    private const string Claude = """{"id":"m","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""";
    private const string Gemini = """{"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}]}""";

    [Theory]
    [InlineData("anthropic", Claude)]
    [InlineData("gemini", Gemini)]
    public async Task Begin_AroundACall_KeepsTheExactBytes(string kind, string body)
    {
        await using var vendor = await ScriptedVendor.StartAsync();
        vendor.Body = body;
        using var endpoints = new Endpoints(vendor.Address);
        IVendorAdapter adapter = kind == "gemini" ? new GeminiAdapter(endpoints.Gemini, "m", "v") : new AnthropicAdapter(endpoints.Anthropic, "m", "v");
        var capture = WireCapture.Begin();

        await adapter.CompleteAsync(Calls.Of(), TestContext.Current.CancellationToken);

        Assert.Equal(vendor.Requests.Single().Body, Calls.Text(capture.Request));
        Assert.DoesNotContain("Authorization", vendor.Requests.Single().Headers.Keys);
        Assert.Equal(body, Calls.Text(capture.Response));
        Assert.Equal((200, "application/json", true), (capture.Status, capture.MediaType, capture.IsComplete));
    }

    private sealed class Endpoints(string address) : IDisposable
    {
        public AnthropicEndpoint Anthropic { get; } = new(new VendorOptions { Endpoint = address });

        public GeminiEndpoint Gemini { get; } = new(new VendorOptions { Endpoint = address });

        public void Dispose()
        {
            Anthropic.Dispose();
            Gemini.Dispose();
        }
    }
}
