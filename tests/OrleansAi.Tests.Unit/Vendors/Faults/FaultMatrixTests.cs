using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Routing;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Faults;

/// <summary>
/// Every fault on every wire, with and without a fallback, streaming and not: never a false success, the right answer where
/// a fallback exists, the first cause reported, calls within the cap, every attempt accounted for.
/// </summary>
public sealed class FaultMatrixTests
{
    private const int MaxCalls = 4;
    private const string Primary = "primary-model";
    private const string Second = "second-model";

    private static readonly string Answer = string.Join(' ', Enumerable.Range(1, 60).Select(static i => $"word{i}"));

    private static readonly ConcurrentBag<(Wire Wire, string Fault, string Line)> Lines = [];

    /// <summary>The faults, how often each strikes, what the first cause must be called, and whether the primary may answer after all.</summary>
    private static readonly (string Name, Func<Wire, Fault> Fault, int Times, string? Cause, string? StreamCause)[] Faults =
    [
        ("reset before headers", static _ => new Fault(FaultKind.ResetBeforeHeaders), int.MaxValue, "network", "network"),
        ("no response", static _ => new Fault(FaultKind.NoResponse), int.MaxValue, "timeout", "first_token_timeout"),
        ("first token after 20 s", static _ => new Fault(FaultKind.SlowFirstToken) { Duration = TimeSpan.FromSeconds(20) }, int.MaxValue, "timeout", "first_token_timeout"),
        ("cut at token 40 of 60", static _ => new Fault(FaultKind.Cut) { AtChunk = 40 }, int.MaxValue, "cut|network", "cut"),
        ("stall of 30 s", static _ => new Fault(FaultKind.Stall) { AtChunk = 20, Duration = TimeSpan.FromSeconds(30) }, int.MaxValue, "timeout", "stall"),
        ("malformed chunk", static _ => new Fault(FaultKind.MalformedChunk) { AtChunk = 20 }, int.MaxValue, "contract", "contract"),
        ("one 429", static _ => Status(429), 1, "rate_limited", "rate_limited"),
        ("endless 429", static _ => Status(429), int.MaxValue, "rate_limited", "rate_limited"),
        ("one 500", static _ => Status(500), 1, "server_error", "server_error"),
        ("endless 500", static _ => Status(500), int.MaxValue, "server_error", "server_error"),
        ("one 503", static _ => Status(503), 1, "overloaded", "overloaded"),
        ("endless 503", static _ => Status(503), int.MaxValue, "overloaded", "overloaded"),
        ("400 context length", static _ => new Fault(FaultKind.ContextLength), int.MaxValue, "context_length", "context_length"),
        ("400 content filter", static _ => new Fault(FaultKind.ContentFilter), int.MaxValue, "content_policy|bad_request", "content_policy|bad_request"),
        ("HTML with 200", static _ => new Fault(FaultKind.HtmlWith200), int.MaxValue, "contract", "contract|cut"),
        ("cut JSON", static _ => new Fault(FaultKind.CutJson), int.MaxValue, "contract|cut|network", "contract|cut"),
        ("no terminal event", static _ => new Fault(FaultKind.NoTerminator), int.MaxValue, null, "cut"),
    ];

    public static TheoryData<Wire> Wires => [.. Enum.GetValues<Wire>()];

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task EveryFault_EndsInTheRightAnswerOrANamedCause(Wire wire)
    {
        await Parallel.ForEachAsync(
            from fault in Enumerable.Range(0, Faults.Length)
            from stream in new[] { false, true }
            from hasFallback in new[] { false, true }
            select (fault, stream, hasFallback),
            new ParallelOptions { MaxDegreeOfParallelism = 24 },
            async (cell, _) => await RunAsync(wire, cell.fault, cell.stream, cell.hasFallback));
        Report.Write("fault-matrix", Table());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flapping_WithAFallback_NeverShowsAndComesBack(bool stream)
    {
        await using var simulator = await Simulator.StartAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var began = time.GetUtcNow();

        // Down for ten seconds, up for ten, and so on; one turn a second.
        simulator.Respond = call => call.Model == Primary && (int)((time.GetUtcNow() - began).TotalSeconds / 10) % 2 == 0
            ? new Reply { Fault = Status(503) }
            : new Reply { Text = Answer };
        using var catalog = Catalog(simulator, Wire.OpenAiChat, hasFallback: true, static route => route.ReturnAfterSeconds = 1, time);
        var fallbacks = 0;
        for (var i = 0; i < 60; i++)
        {
            var (result, text, _) = await CallAsync(catalog, stream, time);
            Assert.Null(result.Error);
            Assert.Equal(Answer, text);
            Assert.True(result.Attempts.Count <= MaxCalls);
            fallbacks += result.Model == Second ? 1 : 0;
            time.Advance(TimeSpan.FromSeconds(1));
        }

        simulator.Respond = static _ => new Reply { Text = Answer };
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Primary, (await CallAsync(catalog, stream, time)).Result.Model);
        Assert.InRange(fallbacks, 1, 59);
        Lines.Add((Wire.OpenAiChat, "flapping", string.Create(
            CultureInfo.InvariantCulture,
            $"| OpenAiChat | flapping, 60 turns | {(stream ? "yes" : "no")} | yes | right answer | overloaded | {fallbacks} turns by the fallback | | 0 |")));
        Report.Write("fault-matrix", Table());
    }

    private static async Task RunAsync(Wire wire, int fault, bool stream, bool hasFallback)
    {
        var (name, make, times, cause, streamCause) = Faults[fault];
        await using var simulator = await Simulator.StartAsync();
        var struck = 0;
        simulator.Respond = call => call.Model == Primary && Interlocked.Increment(ref struck) <= times
            ? new Reply { Text = Answer, Chunks = 60, Fault = make(wire) }
            : new Reply { Text = Answer, Chunks = 60 };
        using var catalog = Catalog(simulator, wire, hasFallback);

        var (result, text, restarts) = await CallAsync(catalog, stream);

        var where = $"{wire}, {name}, {(stream ? "streaming" : "whole")}, {(hasFallback ? "with" : "without")} fallback: {result.Error?.Message}";
        var expected = stream ? streamCause : cause;
        var first = result.Attempts[0];
        if (expected is null || (wire is Wire.OpenAiChat or Wire.AzureOpenAi && name == "no terminal event"))
        {
            // The reason to finish had come; [DONE] says nothing more.
            Assert.True(result.Error is null, where);
        }
        else
        {
            Assert.True(expected.Split('|').Contains(first.Cause), $"{where}: the first cause is {first.Cause}");
            Assert.True(times == 1 || hasFallback ? result.Error is null : result.Error is not null, where);
        }

        if (result.Error is null)
        {
            Assert.True(Answer == text, where);
            Assert.Equal("ok", result.Attempts[^1].Outcome);
            Assert.NotNull(result.Attempts[^1].Usage);
        }
        else
        {
            Assert.Equal(first.Message is null, result.Error.Message.Length == 0);
        }

        Assert.True(simulator.Count <= MaxCalls, where);
        Assert.Equal(simulator.Count, result.Attempts.Count(static attempt => attempt.RequestHash is not null));
        Assert.All(result.Attempts, static attempt => Assert.Equal(attempt.Outcome == "ok", attempt.Cause is null));
        Lines.Add((wire, name, string.Create(
            CultureInfo.InvariantCulture,
            $"| {wire} | {name} | {(stream ? "yes" : "no")} | {(hasFallback ? "yes" : "no")} | {(result.Error is null ? "right answer" : result.Error.Code)} | {first.Cause ?? "-"} | {result.Attempts.Count} | {string.Join(", ", result.Attempts.Select(static attempt => attempt.Billing.ToString()))} | {restarts} |")));
    }

    private static string Table()
    {
        var table = new StringBuilder()
            .AppendLine("| wire | fault | stream | fallback | outcome | first cause | calls | billing of each | items closed as incomplete |")
            .AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var (_, _, line) in Lines.OrderBy(static line => line.Wire).ThenBy(static line => line.Fault, StringComparer.Ordinal).ThenBy(static line => line.Line, StringComparer.Ordinal))
        {
            table.AppendLine(line);
        }

        return table.ToString();
    }

    private static Fault Status(int status) => new(FaultKind.HttpStatus) { Status = status, RetryAfter = "0" };

    private static VendorCatalog Catalog(
        Simulator simulator, Wire wire, bool hasFallback, Action<RouteOptions>? configure = null, TimeProvider? time = null)
    {
        var route = new RouteOptions { MaxCalls = MaxCalls, Candidates = [new CandidateOptions { Vendor = "first", Model = Primary }] };
        var policy = new RouteOptions { Candidates = [new CandidateOptions { Vendor = "second", Model = Second }] };
        if (hasFallback)
        {
            route.Candidates.Add(new CandidateOptions { Vendor = "second", Model = Second });
            route.ContentPolicyRoute = "other";
        }

        configure?.Invoke(route);
        return new VendorCatalog(
            Options.Create(new RoutingOptions
            {
                Vendors = { ["first"] = Vendor(simulator, wire), ["second"] = Vendor(simulator, Wire.OpenAiChat) },
                Models = { ["chat"] = route, ["other"] = policy },
            }),
            time ?? TimeProvider.System,
            NullLoggerFactory.Instance);
    }

    private static VendorOptions Vendor(Simulator simulator, Wire wire) => new()
    {
        Kind = wire switch
        {
            Wire.OpenAiChat => "openai",
            Wire.OpenAiResponses => "openai-responses",
            Wire.AzureOpenAi => "azure-openai",
            Wire.Anthropic => "anthropic",
            Wire.Gemini => "gemini",
            _ => "ollama",
        },
        Endpoint = simulator.EndpointOf(wire),
        ApiKey = "key",
        TimeoutSeconds = 2,
        FirstTokenTimeoutSeconds = 1,
        StallTimeoutSeconds = 1,
        MaxRetries = 2,
    };

    private static async Task<(ModelResult Result, string Text, int Restarts)> CallAsync(
        VendorCatalog catalog, bool stream, TimeProvider? time = null)
    {
        var executor = new RouteExecutor(
            catalog,
            (call, token) => catalog.For(call.Vendor, call.Model).CompleteAsync(call, token),
            (call, token) => catalog.For(call.Vendor, call.Model).StreamAsync(call, token));
        var candidate = catalog.Choose("chat");
        var call = new ModelCall
        {
            RunId = "resp_1",
            Route = "chat",
            Vendor = candidate.Vendor,
            Model = candidate.Model,
            Messages = [new ModelMessage { Role = Role.User, Text = "Say sixty words." }],
            Sampling = new Sampling(),
            Deadline = (time ?? TimeProvider.System).GetUtcNow().AddSeconds(60).ToUnixTimeMilliseconds(),
        };
        if (!stream)
        {
            var whole = await executor.CompleteAsync(call, CancellationToken.None);
            return (whole, whole.Text, 0);
        }

        var (text, restarts) = ("", 0);
        ModelResult? result = null;
        await foreach (var next in executor.StreamAsync(call, CancellationToken.None))
        {
            if (next.Restarted)
            {
                (text, restarts) = ("", restarts + 1);
            }

            text += next.Delta;
            result = next.Result ?? result;
        }

        return (result!, text, restarts);
    }
}
