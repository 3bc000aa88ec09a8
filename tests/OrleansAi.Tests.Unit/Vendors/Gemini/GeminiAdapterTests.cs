using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Gemini;
using OrleansAi.Vendors.Pipeline;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Gemini;

/// <summary>Literal answers over a socket: what each becomes.</summary>
public sealed class GeminiAdapterTests : IAsyncLifetime
{
    private readonly List<ModelDelta> _pieces = [];
    private ScriptedVendor? _vendor;

    private ScriptedVendor Vendor => _vendor!;

    public async ValueTask InitializeAsync() => _vendor = await ScriptedVendor.StartAsync();

    public ValueTask DisposeAsync() => Vendor.DisposeAsync();

    [Fact]
    public async Task Complete_Answer_IsNormalised()
    {
        Vendor.Body = """
            {"candidates":[{"content":{"role":"model","parts":[
              {"text":"h","thought":true},{"text":"m","thought":true,"thoughtSignature":"s1"},{"executableCode":{"code":"x"}},
              {"text":"hel"},{"text":"lo","thoughtSignature":"s2"},
              {"functionCall":{"name":"add","args":{ "b" : 1,"a":[]}},"thoughtSignature":"s+/="},{"functionCall":{"id":"f7","name":"now"}}]},
             "finishReason":"STOP","index":0,"safetyRatings":[{"category":"X"}]}],
             "usageMetadata":{"promptTokenCount":10,"toolUsePromptTokenCount":"2","cachedContentTokenCount":4,"candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":20},
             "modelVersion":"gemini-x-001","responseId":"r1","somethingNew":[1]}
            """;

        var answer = await CompleteAsync();

        Assert.Equal(("hello", null, FinishReason.ToolCalls), (answer.Text, answer.Refusal, answer.FinishReason));
        Assert.Equal(("gemini-x-001", "r1"), (answer.ServedModel, answer.RequestId));
        Assert.Equal(new Usage { InputTokens = 12, OutputTokens = 8, CachedTokens = 4, ReasoningTokens = 3 }, answer.Usage);
        Assert.Equal([Calls.Tool("call_r1_0", "add", """{ "b" : 1,"a":[]}""", "s+/=", "v"), Calls.Tool("f7", "now", "{}")], answer.ToolCalls);
        Assert.Equal(
            [
                new ModelReasoning { Vendor = "v", Kind = "thought", Text = "hm", Opaque = "s1" },
                new ModelReasoning { Vendor = "v", Kind = "text_signature", Opaque = "s2" },
            ],
            answer.Reasoning);
    }

    [Fact]
    public async Task Answer_Request_GoesToTheModelsAddress()
    {
        Vendor.Body = Answer("STOP");
        await CompleteAsync();
        await CompleteAsync(model: "tunedModels/mine");
        Events(Answer("STOP"));
        await StreamAsync();

        Assert.Equal(
            ["/v1beta/models/m:generateContent", "/v1beta/tunedModels/mine:generateContent", "/v1/models/m:streamGenerateContent?alt=sse"],
            Vendor.Requests.Select(static request => request.Path));
        Assert.Equal("k", Vendor.Requests[0].Headers["x-goog-api-key"]);
        Assert.Equal("""{"contents":[{"role":"user","parts":[{"text":"hello ⚡"}]}]}""", Vendor.Requests[0].Body);
    }

    [Fact]
    public async Task Stream_AllKindsOfParts_AreHandedOverAndGathered()
    {
        Events(
            """{"candidates":[{"content":{"parts":[{"text":"h","thought":true}]}}],"usageMetadata":{"promptTokenCount":10},"modelVersion":"x","responseId":"r1"}""",
            """{"candidates":[{"content":{"parts":[{"text":"m","thought":true}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"text":"hel"}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"text":"lo"}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"add","args":{"a": 1}},"thoughtSignature":"s"},{"functionCall":{"name":"now","args":{}}}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"t"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":6}}""",
            """{"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":7,"thoughtsTokenCount":1}}""");

        var answer = await StreamAsync();

        Assert.Equal(("hello", FinishReason.ToolCalls, "r1"), (answer.Text, answer.FinishReason, answer.RequestId));
        Assert.Equal([Calls.Tool("call_r1_0", "add", """{"a": 1}""", "s", "v"), Calls.Tool("call_r1_1", "now", "{}")], answer.ToolCalls);
        Assert.Equal(new Usage { InputTokens = 10, OutputTokens = 8, ReasoningTokens = 1 }, answer.Usage);
        Assert.Equal(
            [new ModelReasoning { Vendor = "v", Kind = "thought", Text = "hm" }, new ModelReasoning { Vendor = "v", Kind = "text_signature", Opaque = "t" }],
            answer.Reasoning);
        Assert.Equal("hello", Calls.Of(_pieces, ModelDeltaKind.Text));
        Assert.Equal("hm", Calls.Of(_pieces, ModelDeltaKind.Reasoning));
        Assert.Equal(answer.ToolCalls.Select(static call => call.Arguments), [Calls.Arguments(_pieces, 0), Calls.Arguments(_pieces, 1)]);
        Assert.Equal(
            ["call_r1_0", "call_r1_1"], _pieces.Where(static piece => piece.Kind is ModelDeltaKind.ToolCall).Select(static piece => piece.CallId!));
    }

    [Fact]
    public async Task Complete_CallsWithoutAnyId_AreToldApartByTheirPlace()
    {
        Vendor.Body = """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"a"}},{"functionCall":{"name":"a"}}]},"finishReason":"STOP"}]}""";

        Assert.Equal(["call_1_0", "call_1_1"], (await CompleteAsync()).ToolCalls.Select(static call => call.Id));
    }

    [Theory]
    [InlineData("STOP", FinishReason.Stop)]
    [InlineData("MAX_TOKENS", FinishReason.Length)]
    [InlineData("SAFETY", FinishReason.ContentFilter)]
    [InlineData("RECITATION", FinishReason.ContentFilter)]
    [InlineData("BLOCKLIST", FinishReason.ContentFilter)]
    [InlineData("PROHIBITED_CONTENT", FinishReason.ContentFilter)]
    [InlineData("SPII", FinishReason.ContentFilter)]
    public async Task Answer_FinishReason_IsOneOfAClosedSet(string reason, FinishReason expected)
    {
        Vendor.Body = Answer(reason);
        Assert.Equal(expected, (await CompleteAsync()).FinishReason);
        Events(Answer(reason));
        Assert.Equal(expected, (await StreamAsync()).FinishReason);
    }

    [Fact]
    public async Task Answer_BlockedPrompt_IsARefusalByPolicy()
    {
        Vendor.Body = """{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4}}""";
        var whole = await Assert.ThrowsAsync<VendorException>(() => CompleteAsync());
        Events(Vendor.Body);
        var streamed = await Assert.ThrowsAsync<VendorException>(() => StreamAsync());

        Assert.Equal(VendorFault.ContentPolicy, whole.Fault);
        Assert.Equal(VendorFault.ContentPolicy, streamed.Fault);
    }

    [Theory]
    [InlineData("""{"candidates":[{"content":{"role":"model"},"finishReason":"STOP"}]}""", "STOP")]
    [InlineData("""{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"x"}]}""", "MALFORMED_FUNCTION_CALL")]
    [InlineData("""{"candidates":[{"finishReason":"UNEXPECTED_TOOL_CALL"}]}""", "UNEXPECTED_TOOL_CALL")]
    [InlineData("""{"candidates":[{"finishReason":"TOO_MANY_TOOL_CALLS"}]}""", "TOO_MANY_TOOL_CALLS")]
    [InlineData("""{"candidates":[{"finishReason":"OTHER"}]}""", "OTHER")]
    public async Task Answer_SpoiltByTheModel_IsWorthAnotherAttempt(string body, string part)
    {
        Vendor.Body = body;
        var whole = await Assert.ThrowsAsync<VendorException>(() => CompleteAsync());
        Events(body);
        var streamed = await Assert.ThrowsAsync<VendorException>(() => StreamAsync());

        Assert.Equal((VendorFault.Contract, true, ErrorCodes.VendorContractViolated), (whole.Fault, whole.IsTransient, whole.Code));
        Assert.Contains(part, whole.Message, StringComparison.Ordinal);
        Assert.Equal(whole.Message, streamed.Message);
    }

    [Theory]
    [InlineData("{}", "$.candidates")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"x"}]}}]}""", "finishReason")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"BRAND_NEW"}]}""", "BRAND_NEW")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"functionCall":{"args":{}}}]},"finishReason":"STOP"}]}""", "without a name")]
    [InlineData("""{"candidates":{}}""", "$.candidates")]
    [InlineData("""{"candidates":[{"con""", "byte")]
    [InlineData("<html>", "byte")]
    [InlineData("null", "null")]
    public async Task Complete_BrokenContract_SaysWhere(string body, string part)
    {
        Vendor.Body = body;

        var exception = await Assert.ThrowsAsync<VendorException>(() => CompleteAsync());

        Assert.Equal((VendorFault.Contract, false), (exception.Fault, exception.IsTransient));
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8).", "", nameof(VendorFault.ContextLength))]
    [InlineData(400, "INVALID_ARGUMENT", "Function calls are missing a thought_signature.", "", nameof(VendorFault.BadRequest))]
    [InlineData(400, "INVALID_ARGUMENT", "API key not valid.", "", nameof(VendorFault.Unauthorized))]
    [InlineData(400, "FAILED_PRECONDITION", "location", "", nameof(VendorFault.BadRequest))]
    [InlineData(403, "PERMISSION_DENIED", "no access", "", nameof(VendorFault.Unauthorized))]
    [InlineData(404, "NOT_FOUND", "model", "", nameof(VendorFault.BadRequest))]
    [InlineData(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.", """{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProject"}]}""", nameof(VendorFault.RateLimited))]
    [InlineData(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", """{"violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]}""", nameof(VendorFault.QuotaExhausted))]
    [InlineData(500, "INTERNAL", "oops", "", nameof(VendorFault.Server))]
    [InlineData(503, "UNAVAILABLE", "The model is overloaded.", "", nameof(VendorFault.Overloaded))]
    [InlineData(504, "DEADLINE_EXCEEDED", "slow", "", nameof(VendorFault.Timeout))]
    public async Task Answer_ErrorStatus_IsAFault(int status, string code, string message, string detail, string expected)
    {
        var error = $$$"""{"error":{"code":{{{status}}},"message":"{{{message}}}","status":"{{{code}}}","details":[{"retryDelay":"1.5s"}{{{(detail.Length > 0 ? "," + detail : "")}}}]}}""";
        (Vendor.Status, Vendor.Body) = (status, error);
        var whole = await Assert.ThrowsAsync<VendorException>(() => CompleteAsync());
        Vendor.Body = $"[{error}]";
        var streamed = await Assert.ThrowsAsync<VendorException>(() => StreamAsync());

        Assert.Equal((expected, status, TimeSpan.FromSeconds(1.5)), (whole.Fault.ToString(), whole.HttpStatus, whole.RetryAfter));
        Assert.Equal((expected, whole.Message), (streamed.Fault.ToString(), streamed.Message));
        // What a vendor says of a key is not passed on.
        Assert.Equal(expected != nameof(VendorFault.Unauthorized), whole.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("application/json", """[{"error":{"status":"UNAVAILABLE","message":"x"}}]""", nameof(VendorFault.Overloaded))]
    [InlineData("application/json", """{"error":{"status":"UNAVAILABLE","message":"x"}}""", nameof(VendorFault.Overloaded))]
    [InlineData("text/html", "<html>", nameof(VendorFault.Contract))]
    public async Task Answer_ErrorOnHttp200_IsAFault(string mediaType, string body, string expected)
    {
        (Vendor.MediaType, Vendor.Body) = (mediaType, body);

        Assert.Equal(expected, (await Assert.ThrowsAsync<VendorException>(() => CompleteAsync())).Fault.ToString());
        Assert.Equal(expected, (await Assert.ThrowsAsync<VendorException>(() => StreamAsync())).Fault.ToString());
    }

    [Fact]
    public async Task Stream_ErrorInside_IsAFault()
    {
        Events("""{"candidates":[{"content":{"parts":[{"text":"x"}]}}]}""", """{"error":{"code":503,"status":"UNAVAILABLE","message":"x"}}""");

        Assert.Equal(VendorFault.Overloaded, (await Assert.ThrowsAsync<VendorException>(() => StreamAsync())).Fault);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData(""","finishReason":"STOP" """, true)]
    public async Task Stream_WithoutItsEnd_IsCut(string reason, bool isAborted)
    {
        Events($$$"""{"candidates":[{"content":{"parts":[{"text":"hi"}]}{{{reason}}}}]}""");
        Vendor.IsCut = isAborted;

        Assert.Equal(VendorFault.Cut, (await Assert.ThrowsAsync<VendorException>(() => StreamAsync(onText: Vendor.Cut))).Fault);
        Assert.Equal("hi", Calls.Of(_pieces, ModelDeltaKind.Text));
    }

    [Fact]
    public async Task Complete_BodyWithoutItsEnd_IsCut()
    {
        var (address, serving) = ScriptedVendor.ServeOnce("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{");

        var exception = await Assert.ThrowsAsync<VendorException>(() => CompleteAsync(address: address));
        await serving;

        Assert.Equal((VendorFault.Cut, true), (exception.Fault, exception.IsTransient));
    }

    [Fact]
    public async Task Stream_Cancelled_ClosesTheConnection()
    {
        Events("""{"candidates":[{"content":{"parts":[{"text":"hi"}]}}]}""");
        Vendor.IsStalled = true;
        using var cancellation = new CancellationTokenSource();

        var streaming = StreamAsync(onText: cancellation.Cancel, cancellationToken: cancellation.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => streaming);
        await Vendor.Closed.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Answer_VendorNotThere_IsANetworkFault()
    {
        var exception = await Assert.ThrowsAsync<VendorException>(() => CompleteAsync(address: "http://127.0.0.1:9"));

        Assert.Equal((VendorFault.Network, true), (exception.Fault, exception.IsTransient));
    }

    private static string Answer(string reason) =>
        $$$"""{"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"{{{reason}}}"}]}""";

    private void Events(params string[] events)
    {
        Vendor.MediaType = "text/event-stream";
        Vendor.Body = ": keep-alive\n\n" + string.Concat(events.Select(static data => $"data: {data}\r\n\r\n"));
    }

    private async Task<VendorAnswer> CompleteAsync(string model = "m", string? address = null)
    {
        using var endpoint = new GeminiEndpoint(new VendorOptions { Endpoint = address ?? Vendor.Address, ApiKey = "k" });
        return await new GeminiAdapter(endpoint, model, "v").CompleteAsync(Calls.Of(), TestContext.Current.CancellationToken);
    }

    private async Task<VendorAnswer> StreamAsync(Action? onText = null, CancellationToken? cancellationToken = null)
    {
        using var endpoint = new GeminiEndpoint(new VendorOptions { Endpoint = Vendor.Address + "/v1", ApiKey = "k" });
        return await new GeminiAdapter(endpoint, "m", "v").StreamAsync(
            Calls.Of(),
            piece =>
            {
                _pieces.Add(piece);
                onText?.Invoke();
                return ValueTask.CompletedTask;
            },
            cancellationToken ?? TestContext.Current.CancellationToken);
    }
}
