using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Pipeline;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors;

/// <summary>The pipeline around an adapter: breaker, clocks of a stream, cap, hedge, and what each attempt cost.</summary>
public sealed class IsolationTests
{
    private readonly ScriptedAdapter _adapter = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Breaker_AfterManyFailures_OpensThenProbesThenCloses()
    {
        using var invoker = Invoker(static options => (options.MaxRetries, options.BreakerMinimumCalls) = (0, 4));
        _adapter.Answer = static (_, _) => throw ScriptedAdapter.Fails(VendorFault.Server);
        for (var i = 0; i < 4; i++)
        {
            await invoker.CompleteAsync(Call(), CancellationToken.None);
        }

        var refused = await invoker.CompleteAsync(Call(), CancellationToken.None);

        Assert.Equal(ErrorCodes.VendorUnavailable, refused.Error?.Code);
        Assert.Equal("breaker_open", Assert.Single(refused.Attempts).Cause);
        Assert.Equal(BillingCertainty.NotBilled, refused.Attempts[0].Billing);
        Assert.Equal(4, _adapter.Count);
        Assert.True(invoker.Health.IsOpen);

        // Nobody calls meanwhile: a route must still see that one call may try.
        _time.Advance(TimeSpan.FromSeconds(16));
        Assert.False(invoker.IsToBeAvoided);
        _adapter.Answer = static (_, _) => Task.FromResult(new VendorAnswer("well again", null, FinishReason.Stop));
        Assert.Equal("well again", (await invoker.CompleteAsync(Call(), CancellationToken.None)).Text);
        Assert.False(invoker.Health.IsOpen);
        Assert.Null(invoker.Health.OpenSince);
    }

    [Theory]
    [InlineData(VendorFault.BadRequest)]
    [InlineData(VendorFault.ContextLength)]
    [InlineData(VendorFault.Contract)]
    public async Task Breaker_FaultsOfRequests_DoNotOpenIt(object fault)
    {
        using var invoker = Invoker(static options => (options.MaxRetries, options.BreakerMinimumCalls) = (0, 2));
        _adapter.Answer = (_, _) => throw ScriptedAdapter.Fails((VendorFault)fault);
        for (var i = 0; i < 6; i++)
        {
            await invoker.CompleteAsync(Call(), CancellationToken.None);
        }

        Assert.Equal(6, _adapter.Count);
    }

    [Fact]
    public async Task Stream_StandsStill_IsAStall()
    {
        var sent = new TaskCompletionSource();
        _adapter.Stream = async (_, onDelta, token) =>
        {
            await onDelta(ScriptedAdapter.Text("half "));
            sent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        };
        using var invoker = Invoker(static options => (options.MaxRetries, options.StallTimeoutSeconds) = (0, 20));
        var stream = Collect(invoker);
        await sent.Task;

        _time.Advance(TimeSpan.FromSeconds(21));
        var events = await stream;

        var result = events[^1].Result!;
        Assert.Equal(ErrorCodes.VendorTimeout, result.Error?.Code);
        Assert.Equal("stall", Assert.Single(result.Attempts).Cause);
        Assert.Equal(BillingCertainty.Maybe, result.Attempts[0].Billing);
        Assert.NotNull(result.Attempts[0].FirstTokenMilliseconds);
    }

    [Fact]
    public async Task Calls_NeverExceedTheCap()
    {
        _adapter.Answer = static (_, _) => throw ScriptedAdapter.Fails(VendorFault.Server, TimeSpan.Zero);
        using var invoker = Invoker(static options => options.MaxRetries = 10);

        var result = await invoker.CompleteAsync(Call() with { MaxCalls = 3 }, CancellationToken.None);

        Assert.Equal(3, _adapter.Count);
        Assert.Equal(3, result.Attempts.Count);
        Assert.Equal("server_error", result.Attempts[0].Cause);
    }

    [Fact]
    public async Task Hedge_FirstIsSlow_SecondWinsAndBothAreTold()
    {
        var slow = new TaskCompletionSource();
        _adapter.Answer = async (number, token) =>
        {
            if (number == 1)
            {
                slow.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }

            return new VendorAnswer("from the second", null, FinishReason.Stop) { Usage = new Usage { InputTokens = 3 } };
        };
        using var invoker = Invoker(static options => options.HedgeAfterSeconds = 2);
        var call = invoker.CompleteAsync(Call(), CancellationToken.None);
        await slow.Task;
        _time.Advance(TimeSpan.FromSeconds(3));

        var result = await call;

        Assert.Equal("from the second", result.Text);
        Assert.Equal(["ok", "superseded"], result.Attempts.Select(static attempt => attempt.Outcome));
        Assert.Equal([true, false], result.Attempts.Select(static attempt => attempt.IsHedge));
        Assert.Equal([BillingCertainty.Billed, BillingCertainty.Maybe], result.Attempts.Select(static attempt => attempt.Billing));
    }

    [Fact]
    public async Task RefusedAnswer_WithARepair_IsAskedForOnceMore()
    {
        var judge = new ScriptedJudge(static (call, answer, number) => number == 1
            ? new Judgement(answer, "exact", [], Unsound(answer), call with { ReasoningEffort = "repair" })
            : Judgement.Accept(answer));
        using var invoker = Invoker(static options => options.MaxRetries = 0, judge);

        var result = await invoker.CompleteAsync(Call(), CancellationToken.None);

        Assert.Null(result.Error);
        Assert.Equal([null, "repair"], _adapter.Calls.Select(static call => call.ReasoningEffort));
        Assert.Equal(["unsound_answer", null], result.Attempts.Select(static attempt => attempt.Cause));
        Assert.Equal(BillingCertainty.Billed, result.Attempts[0].Billing);
    }

    [Fact]
    public async Task RefusedAnswer_RepairedInVain_Fails()
    {
        var judge = new ScriptedJudge(static (call, answer, _) => new Judgement(answer, "exact", [], Unsound(answer), call));
        using var invoker = Invoker(static options => options.MaxRetries = 0, judge);

        var result = await invoker.CompleteAsync(Call(), CancellationToken.None);

        Assert.Equal(ErrorCodes.VendorFailed, result.Error?.Code);
        Assert.Equal(2, _adapter.Count);
    }

    [Theory]
    [InlineData("1s", 1.0)]
    [InlineData("1m30.5s", 90.5)]
    [InlineData("250ms", 0.25)]
    [InlineData("12", 12.0)]
    [InlineData("-1", null)]
    [InlineData("0", null)]
    [InlineData("soon", null)]
    [InlineData("1e99", null)]
    public void Reset_OfARateHeader_IsReadOrNot(string text, double? seconds) =>
        Assert.Equal(seconds, new LearnedRateLimit(_time).ReadReset(text)?.TotalSeconds);

    private static VendorException Unsound(VendorAnswer answer) =>
        new(ErrorCodes.VendorFailed, "Not as the schema says.", isTransient: true) { Fault = VendorFault.Unsound, Answer = answer };

    private ModelCall Call() => new()
    {
        RunId = "resp_1",
        Vendor = "scripted",
        Model = "m",
        Messages = [new ModelMessage { Role = Role.User, Text = "hello" }],
        Sampling = new Sampling(),
        Deadline = _time.GetUtcNow().AddSeconds(600).ToUnixTimeMilliseconds(),
    };

    private VendorInvoker Invoker(Action<VendorOptions> configure, IAnswerJudge? judge = null)
    {
        var options = new VendorOptions { Kind = "openai" };
        configure(options);
        return new VendorInvoker("scripted", _adapter, options, judge, _time, NullLogger.Instance);
    }

    private async Task<List<ModelEvent>> Collect(VendorInvoker invoker)
    {
        var events = new List<ModelEvent>();
        await foreach (var next in invoker.StreamAsync(Call(), CancellationToken.None))
        {
            events.Add(next);
        }

        return events;
    }

    private sealed class ScriptedJudge(Func<ModelCall, VendorAnswer, int, Judgement> judge) : IAnswerJudge
    {
        private int _count;

        public Judgement Judge(
            IVendorAdapter adapter, ModelCall call, VendorAnswer answer, OrleansAi.Vendors.Wire.WireCapture capture, bool isStream, TimeSpan latency) =>
            judge(call, answer, ++_count);

        public void Observe(IVendorAdapter adapter, ModelCall call, OrleansAi.Vendors.Wire.WireCapture capture, bool isStream)
        {
        }
    }
}
