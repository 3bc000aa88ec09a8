using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Anthropic;
using OrleansAi.Vendors.Pipeline;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Anthropic;

/// <summary>Literal answers over a socket and through the SDK: what each becomes.</summary>
public sealed class AnthropicAdapterTests : IAsyncLifetime
{
    private const string Start =
        """{"type":"message_start","message":{"type":"message","id":"msg_1","model":"claude-x","role":"assistant","content":[],"stop_reason":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":2,"cache_read_input_tokens":3,"output_tokens":1}}}""";

    private const string Stop = """{"type":"message_stop"}""";
    private readonly List<ModelDelta> _pieces = [];
    private ScriptedVendor? _vendor;

    private ScriptedVendor Vendor => _vendor!;

    public async ValueTask InitializeAsync() => _vendor = await ScriptedVendor.StartAsync();

    public ValueTask DisposeAsync() => Vendor.DisposeAsync();

    [Fact]
    public async Task Complete_Message_IsNormalised()
    {
        Vendor.Headers["request-id"] = "req_1";
        Vendor.Body = """
            {"type":"message","id":"msg_1","model":"claude-x","new_field":{"a":[1]},"content":[
             {"type":"thinking","thinking":"hm","signature":"sig+/="},{"type":"redacted_thinking","data":"zzz"},
             {"type":"text","text":"hel","citations":null},{"type":"brand_new","text":5},{"type":"text","text":"lo"},
             {"type":"tool_use","id":"toolu_1","name":"add","input":{ "b" : 1,"a":[]}},{"type":"tool_use","id":"toolu_2","name":"now","input":{}}],
             "stop_reason":"tool_use","usage":{"input_tokens":5,"cache_creation_input_tokens":2,"cache_read_input_tokens":3,"output_tokens":9,"output_tokens_details":{"thinking_tokens":4},"service_tier":"x"}}
            """;

        var answer = await CompleteAsync();

        Assert.Equal(("hello", null, FinishReason.ToolCalls), (answer.Text, answer.Refusal, answer.FinishReason));
        Assert.Equal(("claude-x", "req_1"), (answer.ServedModel, answer.RequestId));
        Assert.Equal(new Usage { InputTokens = 10, OutputTokens = 9, CachedTokens = 3, ReasoningTokens = 4 }, answer.Usage);
        Assert.Equal([Calls.Tool("toolu_1", "add", """{ "b" : 1,"a":[]}"""), Calls.Tool("toolu_2", "now", "{}")], answer.ToolCalls);
        Assert.Equal(
            [
                new ModelReasoning { Vendor = "v", Kind = "thinking", Text = "hm", Opaque = "sig+/=" },
                new ModelReasoning { Vendor = "v", Kind = "redacted_thinking", Opaque = "zzz" },
            ],
            answer.Reasoning);
        Assert.Empty(answer.Notes);
    }

    [Fact]
    public async Task Complete_Request_GoesThroughTheSdkAsWeWroteIt()
    {
        Vendor.Body = Message("end_turn");

        await CompleteAsync(Calls.Of() with { Sampling = new Sampling { Temperature = 0.5 } });
        await CompleteAsync();

        var (path, body, headers) = Vendor.Requests[0];
        Assert.Equal("/v1/messages", path);
        Assert.Equal(
            """{"model":"m","max_tokens":4096,"messages":[{"role":"user","content":[{"type":"text","text":"hello ⚡"}]}],"temperature":0.5}""", body);
        Assert.Equal("2023-06-01", headers["anthropic-version"]);
        Assert.Equal("2026-10-21", Vendor.Requests[1].Headers["anthropic-version"]);
        Assert.Equal("Bearer k", headers["Authorization"]);
        Assert.Equal("application/json", headers["Content-Type"]);
        Assert.DoesNotContain("X-Stainless-Timeout", headers.Keys);
    }

    [Theory]
    [InlineData("ANTHROPIC_API_KEY")]
    [InlineData("ANTHROPIC_AUTH_TOKEN")]
    public async Task Complete_WithoutAKey_SendsNoneFromTheEnvironment(string variable)
    {
        var before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, "leaked");
        try
        {
            using var endpoint = new AnthropicEndpoint(new VendorOptions { Endpoint = Vendor.Address });
            Vendor.Body = Message("end_turn");
            await new AnthropicAdapter(endpoint, "m", "v").CompleteAsync(Calls.Of(), TestContext.Current.CancellationToken);
            await CompleteAsync();
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }

        Assert.DoesNotContain("leaked", string.Join('\n', Vendor.Requests.SelectMany(static request => request.Headers.Values)), StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", Vendor.Requests[0].Headers.Keys);
        Assert.Equal("Bearer k", Vendor.Requests[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task Stream_AllKindsOfBlocks_AreHandedOverAndGathered()
    {
        Events(
            Start,
            """{"type":"ping"}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"h"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"m"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s+/="}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"never_seen","x":1}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"hel"}}""",
            """{"type":"new_event","index":"what","delta":7}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"lo"}}""",
            """{"type":"content_block_stop","index":1}""",
            """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"add","input":{}}}""",
            """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}""",
            """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\": "}}""",
            """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"1}"}}""",
            """{"type":"content_block_stop","index":2}""",
            """{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"t2","name":"now","input":{}}}""",
            """{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":""}}""",
            """{"type":"content_block_stop","index":3}""",
            """{"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"t3","name":"all","input":{"x":1}}}""",
            """{"type":"content_block_stop","index":4}""",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":30}}""",
            Stop);

        var answer = await StreamAsync();

        Assert.Equal(("hello", FinishReason.ToolCalls), (answer.Text, answer.FinishReason));
        Assert.Equal(
            [Calls.Tool("t1", "add", """{"a": 1}"""), Calls.Tool("t2", "now", "{}"), Calls.Tool("t3", "all", """{"x":1}""")], answer.ToolCalls);
        Assert.Equal(new ModelReasoning { Vendor = "v", Kind = "thinking", Text = "hm", Opaque = "s+/=" }, Assert.Single(answer.Reasoning));
        Assert.Equal(new Usage { InputTokens = 10, OutputTokens = 30, CachedTokens = 3 }, answer.Usage);
        Assert.Equal("hello", Calls.Of(_pieces, ModelDeltaKind.Text));
        Assert.Equal("hm", Calls.Of(_pieces, ModelDeltaKind.Reasoning));
        Assert.Equal(answer.ToolCalls.Select(static call => call.Arguments), Enumerable.Range(0, 3).Select(index => Calls.Arguments(_pieces, index)));
        Assert.Equal(
            [("t1", "add", 0), ("t2", "now", 1), ("t3", "all", 2)],
            _pieces.Where(static piece => piece.Kind is ModelDeltaKind.ToolCall).Select(static piece => (piece.CallId!, piece.Name!, piece.Index)));
    }

    [Fact]
    public async Task Stream_UsageOnTheLastEventAlone_IsRead()
    {
        Events(
            """{"type":"message_start","message":{"id":"msg_1","model":"claude-x","content":[]}}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":7,"output_tokens":8}}""",
            Stop);

        Assert.Equal(new Usage { InputTokens = 7, OutputTokens = 8 }, (await StreamAsync()).Usage);
    }

    [Theory]
    [InlineData("end_turn", FinishReason.Stop, 0)]
    [InlineData("stop_sequence", FinishReason.Stop, 0)]
    [InlineData("max_tokens", FinishReason.Length, 0)]
    [InlineData("pause_turn", FinishReason.Stop, 1)]
    [InlineData("model_context_window_exceeded", FinishReason.Length, 1)]
    public async Task Answer_StopReason_IsOneOfAClosedSet(string reason, FinishReason expected, int notes)
    {
        Vendor.Body = Message(reason);
        var whole = await CompleteAsync();
        Events(Start, $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{reason}}}"},"usage":{"output_tokens":1}}""", Stop);
        var streamed = await StreamAsync();

        Assert.Equal((expected, notes), (whole.FinishReason, whole.Notes.Count));
        Assert.Equal((expected, notes), (streamed.FinishReason, streamed.Notes.Count));
    }

    [Theory]
    [InlineData("""{"type":"refusal","category":"cyber","explanation":"Not that."}""", "Not that.")]
    [InlineData("""{"type":"refusal","category":"cyber","explanation":null}""", "The vendor refused to answer (cyber).")]
    [InlineData("null", "The vendor refused to answer.")]
    public async Task Answer_Refusal_IsNotText(string details, string expected)
    {
        Vendor.Body = Message("refusal", $$$""","stop_details":{{{details}}}""");
        var whole = await CompleteAsync();
        Events(Start, $$$"""{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{{{details}}}},"usage":{"output_tokens":1}}""", Stop);
        var streamed = await StreamAsync();

        Assert.Equal((FinishReason.Refusal, expected), (whole.FinishReason, whole.Refusal));
        Assert.Equal((FinishReason.Refusal, expected), (streamed.FinishReason, streamed.Refusal));
        Assert.Equal(expected, Calls.Of(_pieces, ModelDeltaKind.Refusal));
    }

    [Theory]
    [InlineData("""{"id":"x"}""", "$.content")]
    [InlineData("""{"content":[],"stop_reason":"brand_new"}""", "brand_new")]
    [InlineData("""{"content":[],"stop_reason":null}""", "stop reason")]
    [InlineData("""{"content":[],"stop_reason":"tool_use"}""", "tool_use")]
    [InlineData("""{"content":[{"type":"tool_use","name":"a"}],"stop_reason":"tool_use"}""", "$.content[0].id")]
    [InlineData("""{"content":[],"stop_reason":"end_turn","usage":{"input_tokens":1}}""", "$.usage.output_tokens")]
    [InlineData("""{"content":[],"stop_reason":"end_turn","usage":{"input_tokens":-1,"output_tokens":1}}""", "$.usage.input_tokens")]
    [InlineData("""{"content":[{"type":"te""", "not JSON")]
    [InlineData("<html>", "not JSON")]
    [InlineData("[]", "$.content")]
    public async Task Complete_BrokenContract_SaysWhere(string body, string part)
    {
        Vendor.Body = body;

        var exception = await Assert.ThrowsAsync<VendorException>(() => CompleteAsync());

        Assert.Equal(VendorFault.Contract, exception.Fault);
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", nameof(VendorFault.ContextLength))]
    [InlineData(400, "invalid_request_error", "messages.0: bad", nameof(VendorFault.BadRequest))]
    [InlineData(400, "invalid_request_error", "You have reached your specified API usage limits.", nameof(VendorFault.QuotaExhausted))]
    [InlineData(400, "invalid_request_error", "Your credit balance is too low", nameof(VendorFault.QuotaExhausted))]
    [InlineData(401, "authentication_error", "invalid x-api-key", nameof(VendorFault.Unauthorized))]
    [InlineData(402, "billing_error", "pay", nameof(VendorFault.QuotaExhausted))]
    [InlineData(403, "permission_error", "no access", nameof(VendorFault.Unauthorized))]
    [InlineData(404, "not_found_error", "model: x", nameof(VendorFault.BadRequest))]
    [InlineData(413, "request_too_large", "big", nameof(VendorFault.BadRequest))]
    [InlineData(429, "rate_limit_error", "too many requests per minute", nameof(VendorFault.RateLimited))]
    [InlineData(429, "rate_limit_error", "would exceed your account's monthly spend limit", nameof(VendorFault.QuotaExhausted))]
    [InlineData(500, "api_error", "oops", nameof(VendorFault.Server))]
    [InlineData(504, "timeout_error", "slow", nameof(VendorFault.Timeout))]
    [InlineData(529, "overloaded_error", "Overloaded", nameof(VendorFault.Overloaded))]
    [InlineData(418, "teapot_error", "tea", nameof(VendorFault.BadRequest))]
    public async Task Answer_ErrorStatus_IsAFault(int status, string type, string message, string expected)
    {
        (Vendor.Status, Vendor.Body) = (status, $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"{{{message}}}"},"request_id":"r"}""");
        Vendor.Headers["retry-after"] = "3";

        var whole = await Assert.ThrowsAsync<VendorException>(() => CompleteAsync());
        var streamed = await Assert.ThrowsAsync<VendorException>(() => StreamAsync());

        Assert.Equal((expected, status, TimeSpan.FromSeconds(3)), (whole.Fault.ToString(), whole.HttpStatus, whole.RetryAfter));
        Assert.Equal(expected, streamed.Fault.ToString());
        // What a vendor says of a key is not passed on.
        Assert.Equal(expected != nameof(VendorFault.Unauthorized), whole.Message.Contains(message, StringComparison.Ordinal));
        Assert.Equal(2, Vendor.Requests.Count);
    }

    [Fact]
    public async Task Answer_SpendCapInTheDetails_IsAnExhaustedQuota()
    {
        (Vendor.Status, Vendor.Body) = (429, """{"type":"error","error":{"type":"rate_limit_error","message":"Limit.","details":{"error_code":"spend_limit_reached"}}}""");

        var exception = await Assert.ThrowsAsync<VendorException>(() => CompleteAsync());

        Assert.Equal((VendorFault.QuotaExhausted, false), (exception.Fault, exception.IsTransient));
    }

    [Fact]
    public async Task Answer_PageOfAProxy_IsJudgedByItsStatus()
    {
        (Vendor.Status, Vendor.MediaType, Vendor.Body) = (503, "text/html", "<html>");

        Assert.Equal(VendorFault.Overloaded, (await Assert.ThrowsAsync<VendorException>(() => StreamAsync())).Fault);
    }

    [Theory]
    [InlineData("application/json", """{"type":"error","error":{"type":"overloaded_error","message":"x"}}""", nameof(VendorFault.Overloaded))]
    [InlineData("text/html", "<html>", nameof(VendorFault.Contract))]
    [InlineData("application/json", "{}", nameof(VendorFault.Contract))]
    public async Task Answer_ErrorOnHttp200_IsAFault(string mediaType, string body, string expected)
    {
        (Vendor.MediaType, Vendor.Body) = (mediaType, body);

        Assert.Equal(expected, (await Assert.ThrowsAsync<VendorException>(() => CompleteAsync())).Fault.ToString());
        Assert.Equal(expected, (await Assert.ThrowsAsync<VendorException>(() => StreamAsync())).Fault.ToString());
    }

    [Fact]
    public async Task Stream_ErrorInside_IsAFault()
    {
        Events(Start, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""");

        var exception = await Assert.ThrowsAsync<VendorException>(() => StreamAsync());

        Assert.Equal((VendorFault.Overloaded, true), (exception.Fault, exception.IsTransient));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_WithoutItsTerminalEvent_IsCut(bool isAborted)
    {
        Events(
            Start,
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"hi"}}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}""");
        Vendor.IsCut = isAborted;

        Assert.Equal(VendorFault.Cut, (await Assert.ThrowsAsync<VendorException>(() => StreamAsync(onText: Vendor.Cut))).Fault);
        Assert.Equal("hi", Calls.Of(_pieces, ModelDeltaKind.Text));
    }

    [Theory]
    [InlineData("""{"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"x"}}""", "block 3")]
    [InlineData("""{"type":"content_block_delta","delta":{"type":"text_delta","text":"x"}}""", "$.index")]
    [InlineData("""{"type":"message_start"}""", "$.message")]
    [InlineData("""{"type":"content_b""", "not JSON")]
    public async Task Stream_BrokenContract_SaysWhere(string data, string part)
    {
        Events(data, Stop);

        var exception = await Assert.ThrowsAsync<VendorException>(() => StreamAsync());

        Assert.Equal(VendorFault.Contract, exception.Fault);
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
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
        Events(Start, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"hi"}}""");
        Vendor.IsStalled = true;
        using var cancellation = new CancellationTokenSource();

        var streaming = StreamAsync(onText: cancellation.Cancel, cancellationToken: cancellation.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => streaming);
        await Vendor.Closed.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Answer_VendorNotThere_IsANetworkFault()
    {
        await Vendor.DisposeAsync();

        var exception = await Assert.ThrowsAsync<VendorException>(() => CompleteAsync(address: "http://127.0.0.1:9"));

        Assert.Equal((VendorFault.Network, true), (exception.Fault, exception.IsTransient));
    }

    private static string Message(string reason, string more = "") =>
        $$$"""{"id":"m","model":"c","content":[{"type":"text","text":"hi"}],"stop_reason":"{{{reason}}}"{{{more}}},"usage":{"input_tokens":1,"output_tokens":1}}""";

    private void Events(params string[] events)
    {
        Vendor.MediaType = "text/event-stream";
        Vendor.Body = ": keep-alive\n\n" + string.Concat(events.Select(static data => $"event: e\ndata: {data}\n\n"));
    }

    private async Task<VendorAnswer> CompleteAsync(ModelCall? call = null, string? address = null)
    {
        using var endpoint = new AnthropicEndpoint(new VendorOptions { Endpoint = address ?? Vendor.Address, ApiKey = "k" });
        return await new AnthropicAdapter(endpoint, "m", "v").CompleteAsync(call ?? Calls.Of(), TestContext.Current.CancellationToken);
    }

    private async Task<VendorAnswer> StreamAsync(Action? onText = null, CancellationToken? cancellationToken = null)
    {
        using var endpoint = new AnthropicEndpoint(new VendorOptions { Endpoint = Vendor.Address + "/v1/", ApiKey = "k" });
        return await new AnthropicAdapter(endpoint, "m", "v").StreamAsync(
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
