using Microsoft.Extensions.Logging.Abstractions;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.VendorDouble;
using OrleansAi.Vendors;
using OrleansAi.Vendors.OpenAi;
using OrleansAi.Vendors.Pipeline;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors;

/// <summary>Chat completions over a socket: what goes out, what comes back, and what every kind of trouble becomes.</summary>
public sealed class VendorInvokerTests : IAsyncLifetime
{
    private VendorServer? _server;

    private VendorServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await VendorServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_Normal_IsNormalised(bool stream)
    {
        var result = await CallAsync(stream, call: Call() with { Sampling = new Sampling { Temperature = 0.5, MaxOutputTokens = 77 } });

        Assert.Null(result.Error);
        Assert.Equal(VendorServer.DefaultAnswer(Server.Calls.Single()), result.Text);
        Assert.Equal(FinishReason.Stop, result.FinishReason);
        Assert.Equal("m1-2026", result.ServedModel);
        Assert.Equal("vendor-1", result.VendorRequestId);
        Assert.True(result.Usage?.OutputTokens > 0);
        Assert.Equal("ok", Assert.Single(result.Attempts).Outcome);
        Assert.Contains("\"max_completion_tokens\":77", Server.Calls.Single().Body, StringComparison.Ordinal);
        Assert.Equal([("system", "s"), ("user", "hello ⚡")], Server.Calls.Single().Messages);
    }

    [Theory]
    [InlineData(false, "length", FinishReason.Length)]
    [InlineData(true, "content_filter", FinishReason.ContentFilter)]
    public async Task Call_FinishReason_IsOneOfAClosedSet(bool stream, string reason, FinishReason expected)
    {
        Server.Behave = _ => new Behaviour { FinishReason = reason };

        Assert.Equal(expected, (await CallAsync(stream)).FinishReason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_Refusal_IsNotText(bool stream)
    {
        Server.Behave = static _ => new Behaviour { Refusal = "I will not." };

        var result = await CallAsync(stream);

        Assert.Equal(("", "I will not."), (result.Text, result.Refusal));
    }

    [Theory]
    [InlineData(false, "something_else")]
    [InlineData(true, "something_new")]
    [InlineData(false, null)]
    [InlineData(false, "")]
    public async Task Call_UnknownFinishReason_ViolatesTheContract(bool stream, string? reason)
    {
        Server.Behave = _ => new Behaviour { FinishReason = reason };

        var result = await CallAsync(stream);

        Assert.Equal(ErrorCodes.VendorContractViolated, result.Error?.Code);
        Assert.Equal(1, Server.Count);
    }

    [Theory]
    [InlineData("<html>", "$")]
    [InlineData("{}", "$.choices")]
    [InlineData("""{"choices":[]}""", "$.choices")]
    [InlineData("""{"choices":[{}]}""", "$.choices[0].message")]
    [InlineData("""{"choices":[{"message":{"content":null},"finish_reason":"stop"}]}""", "neither content nor refusal")]
    [InlineData("""{"choices":[{"message":{"content":["x"]},"finish_reason":"stop"}]}""", "content")]
    [InlineData("""{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}""", "$.usage")]
    public async Task Call_AnswerOutsideTheContract_NamesThePlace(string body, string place)
    {
        Server.Behave = _ => new Behaviour { RawBody = body };

        var result = await CallAsync(stream: false);

        Assert.Equal(ErrorCodes.VendorContractViolated, result.Error?.Code);
        Assert.Contains(place, result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(1, Server.Count);
    }

    [Theory]
    [InlineData(500, ErrorCodes.VendorFailed, 3)]
    [InlineData(503, ErrorCodes.VendorUnavailable, 3)]
    [InlineData(429, ErrorCodes.VendorUnavailable, 3)]
    [InlineData(400, ErrorCodes.VendorFailed, 1)]
    [InlineData(401, ErrorCodes.VendorFailed, 1)]
    public async Task Call_HttpErrors_AreRetriedWhenThatCanHelp(int status, string code, int calls)
    {
        Server.Behave = _ => new Behaviour { Status = status, RetryAfter = "0" };
        foreach (var stream in new[] { false, true })
        {
            var before = Server.Count;
            var result = await CallAsync(stream);

            Assert.Equal(code, result.Error?.Code);
            Assert.Equal(calls, Server.Count - before);
            Assert.Equal(calls, result.Attempts.Count);
            Assert.All(result.Attempts, attempt => Assert.Equal(status, attempt.HttpStatus));
        }
    }

    [Fact]
    public async Task Call_FailsOnceThenWorks_TellsBothAttempts()
    {
        Server.Behave = static call => new Behaviour { Status = call.Number == 1 ? 500 : 200 };

        var result = await CallAsync(stream: false);

        Assert.Null(result.Error);
        Assert.Equal([ErrorCodes.VendorFailed, "ok"], result.Attempts.Select(static attempt => attempt.Outcome));
    }

    [Fact]
    public async Task Call_SpendingCap_IsNotRetried()
    {
        Server.Behave = static _ => new Behaviour { Status = 429, RawBody = """{"error":{"message":"quota","code":"insufficient_quota"}}""" };

        await CallAsync(stream: false);

        Assert.Equal(1, Server.Count);
    }

    [Fact]
    public async Task Call_RetryAfterTooLong_EndsAtOnce()
    {
        Server.Behave = static _ => new Behaviour { Status = 429, RetryAfter = "3600" };

        Assert.Equal(ErrorCodes.VendorUnavailable, (await CallAsync(stream: false)).Error?.Code);
        Assert.Equal(1, Server.Count);
    }

    [Fact]
    public async Task Call_ContextTooLong_HasItsOwnCode()
    {
        Server.Behave = static _ => new Behaviour { Status = 400, RawBody = """{"error":{"message":"long","code":"context_length_exceeded"}}""" };

        Assert.Equal(ErrorCodes.ContextTooLong, (await CallAsync(stream: true)).Error?.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_NoAnswerInTime_TimesOut(bool stream)
    {
        Server.Behave = static _ => new Behaviour { Delay = TimeSpan.FromSeconds(30) };

        var result = await CallAsync(stream, options => (options.TimeoutSeconds, options.MaxRetries) = (0.2, 1));

        Assert.Equal(ErrorCodes.VendorTimeout, result.Error?.Code);
        Assert.Equal(2, result.Attempts.Count);
    }

    [Fact]
    public async Task Stream_NoFirstTokenInTime_TimesOut()
    {
        Server.Behave = static _ => new Behaviour { Delay = TimeSpan.FromSeconds(30) };

        var result = await CallAsync(stream: true, options => (options.FirstTokenTimeoutSeconds, options.MaxRetries) = (0.2, 0));

        Assert.Equal(ErrorCodes.VendorTimeout, result.Error?.Code);
        Assert.Contains("no text", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_DeadlineOfTheRun_EndsRetriesToo()
    {
        Server.Behave = static _ => new Behaviour { Delay = TimeSpan.FromSeconds(30) };
        var deadline = TimeProvider.System.GetUtcNow().AddMilliseconds(300).ToUnixTimeMilliseconds();

        var result = await CallAsync(stream: false, call: Call() with { Deadline = deadline });

        Assert.Equal(ErrorCodes.VendorTimeout, result.Error?.Code);
        Assert.Equal(1, Server.Count);
    }

    [Fact]
    public async Task Stream_CutInTheMiddle_RestartsAndNeverJoins()
    {
        Server.Behave = static call => call.Number == 1
            ? new Behaviour { Answer = "lost lost lost lost", CutAfterChunks = 2, ChunkDelay = TimeSpan.FromMilliseconds(60) }
            : new Behaviour { Answer = "whole answer" };

        var events = await StreamAsync();

        var restart = events.FindIndex(static next => next.Restarted);
        Assert.True(restart > 0);
        Assert.Equal("lost lost ", string.Concat(events.Take(restart).Select(static next => next.Delta)));
        Assert.Equal("whole answer", string.Concat(events.Skip(restart).Select(static next => next.Delta)));
        Assert.Equal("whole answer", events[^1].Result!.Text);
    }

    [Fact]
    public async Task Stream_EndsWithoutTerminalEvent_IsNoSuccess()
    {
        Server.Behave = static _ => new Behaviour { OmitsFinish = true };

        var result = await CallAsync(stream: true, static options => options.MaxRetries = 0);

        Assert.Equal(ErrorCodes.VendorFailed, result.Error?.Code);
        Assert.Contains("terminal event", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_ErrorAsDataOnHttp200_IsAnError()
    {
        Server.Behave = static _ => new Behaviour { RawBody = "data: {\"error\":{\"message\":\"overloaded\",\"code\":502}}\n\n" };

        var result = await CallAsync(stream: true, static options => options.MaxRetries = 0);

        Assert.Contains("overloaded", result.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_CommentsAndEmptyFirstChoices_AreTaken()
    {
        Server.Behave = static _ => new Behaviour
        {
            RawBody = ": keep-alive\n\ndata: {\"choices\":[]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n"
                + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
        };

        Assert.Equal("hi", (await CallAsync(stream: true)).Text);
    }

    [Fact]
    public async Task Call_NobodyListens_IsUnavailable()
    {
        await Server.DisposeAsync();

        var result = await CallAsync(stream: false, static options => options.MaxRetries = 0, endpoint: "http://127.0.0.1:1/v1");

        Assert.Equal(ErrorCodes.VendorUnavailable, result.Error?.Code);
        _server = await VendorServer.StartAsync();
    }

    [Fact]
    public async Task Call_MorePlacesThanThereAre_FailByName()
    {
        var gate = new TaskCompletionSource();
        Server.Behave = _ => new Behaviour { Gate = gate.Task };
        using var invoker = Invoker(static options => (options.MaxConcurrency, options.MaxQueue) = (2, 1));
        var calls = Enumerable.Range(0, 6).Select(_ => invoker.CompleteAsync(Call(), CancellationToken.None)).ToList();

        var refused = await Task.WhenAll(calls.Skip(3));
        gate.SetResult();
        var served = await Task.WhenAll(calls.Take(3));

        Assert.All(refused, static result => Assert.Equal(ErrorCodes.VendorUnavailable, result.Error?.Code));
        Assert.All(served, static result => Assert.Null(result.Error));
    }

    [Fact]
    public async Task Call_CallerGivesUp_ThrowsAndHangsUp()
    {
        using var cancel = new CancellationTokenSource();
        Server.Behave = static _ => new Behaviour { Delay = TimeSpan.FromSeconds(60) };
        using var invoker = Invoker();
        var call = invoker.CompleteAsync(Call(), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static ModelCall Call() => new()
    {
        RunId = "resp_1",
        Vendor = "double",
        Model = "m1",
        Messages = [new ModelMessage { Role = Role.System, Text = "s" }, new ModelMessage { Role = Role.User, Text = "hello ⚡" }],
        Sampling = new Sampling(),
        Deadline = TimeProvider.System.GetUtcNow().AddSeconds(60).ToUnixTimeMilliseconds(),
    };

    private async Task<ModelResult> CallAsync(
        bool stream, Action<VendorOptions>? configure = null, ModelCall? call = null, string? endpoint = null)
    {
        using var invoker = Invoker(configure, endpoint);
        if (!stream)
        {
            return await invoker.CompleteAsync(call ?? Call(), CancellationToken.None);
        }

        ModelEvent? last = null;
        await foreach (var next in invoker.StreamAsync(call ?? Call(), CancellationToken.None))
        {
            last = next;
        }

        return last!.Result!;
    }

    private async Task<List<ModelEvent>> StreamAsync()
    {
        using var invoker = Invoker();
        var events = new List<ModelEvent>();
        await foreach (var next in invoker.StreamAsync(Call(), CancellationToken.None))
        {
            events.Add(next);
        }

        return events;
    }

    private VendorInvoker Invoker(Action<VendorOptions>? configure = null, string? endpoint = null)
    {
        var options = new VendorOptions { Kind = "openai", Endpoint = endpoint ?? Server.Endpoint };
        configure?.Invoke(options);
        return new VendorInvoker(
            "double", new OpenAiChatAdapter(new OpenAiEndpoint(options), "m1", "double"), options, judge: null, TimeProvider.System, NullLogger.Instance);
    }
}
