using System.Text.Json.Nodes;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Cli;

/// <summary>The tool against servers that answer what is hard to get from a real one.</summary>
public sealed class CliStubTests
{
    private const string Runs =
        """{"data":[{"id":"resp_1","status":"completed"},{"id":"resp_2","status":"failed"},{"id":"resp_3","status":"completed"},{"id":"resp_4","status":"in_progress"}],"has_more":false,"next_cursor":null}""";

    [Fact]
    public async Task Replay_OfASample_GroupsDivergencesByStageAndCause()
    {
        await using var server = await StubServer.StartAsync();
        server.On("GET /api/runs", Runs)
            .On("POST /api/replays", static body => (200, $$"""{"data":[{{string.Join(',', RunsOf(body).Select(static run =>
                run == "resp_2" ? """{"id":"resp_2","error":{"code":"content_not_kept","message":"Gone."} }""" : Divergent(run)))}}]}"""));

        var json = await Tool.RunAsync(server.Url, "replay", "--since", "7d", "--sample", "10", "--json");
        var text = await Tool.RunAsync(server.Url, "replay");

        Assert.Equal((3, 3), (json.Code, text.Code));
        Assert.Equal((3, 0, 2), ((int)json.Json["sample"]!, (int)json.Json["identical"]!, (int)json.Json["diverged"]!));
        Assert.Equal(1, (int)json.Json["skipped"]!["content_not_kept"]!);
        var group = Assert.Single(json.Json["divergences"]!.AsArray())!;
        Assert.Equal(("model_execution", "vendor_request", 2), ((string)group["stage"]!, (string)group["cause"]!, (int)group["runs"]!));
        Assert.Contains("model_execution", text.Output, StringComparison.Ordinal);
        Assert.Contains("0 identical, 2 different", text.Output, StringComparison.Ordinal);
        Assert.Contains(server.Asked, static one => one.Request.Contains("since=20", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replay_OfNothing_DoesNotPass()
    {
        await using var server = await StubServer.StartAsync();
        server.On("GET /api/runs", """{"data":[],"has_more":false,"next_cursor":null}""");

        var result = await Tool.RunAsync(server.Url, "replay", "--json");

        Assert.Equal(1, result.Code);
        Assert.Contains("\"no_runs\"", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_SampleOfMany_IsDrawnTheSameAgain()
    {
        await using var server = await StubServer.StartAsync();
        server.On("GET /api/runs", $$"""{"data":[{{string.Join(',', Enumerable.Range(0, 100).Select(static i => $$"""{"id":"resp_{{i}}","status":"completed"}"""))}}],"next_cursor":null}""");
        server.On("POST /api/replays", static body => (200, $$"""{"data":[{{string.Join(',', RunsOf(body).Select(static run =>
            $$"""{"id":"{{run}}","identical":true,"steps":2,"externalCalls":0,"divergence":null}"""))}}]}"""));

        var first = await SampleAsync("1");
        Assert.Equal(first, await SampleAsync("1"));
        Assert.NotEqual(first, await SampleAsync("2"));

        async Task<IReadOnlyList<string>> SampleAsync(string seed)
        {
            server.Asked.Clear();
            Assert.Equal(0, (await Tool.RunAsync(server.Url, "replay", "--sample", "10", "--seed", seed)).Code);
            string[] replayed = [.. server.Asked.Where(static one => one.Request == "POST /api/replays").SelectMany(static one => RunsOf(one.Body)).Order(StringComparer.Ordinal)];
            Assert.Equal(10, replayed.Length);
            return replayed;
        }
    }

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("""[{"name":"repetition_loop","detail":null}]""", 3)]
    public async Task WhatIf_ComparesForksWithTheirOrigins(string verdicts, int code)
    {
        await using var server = await StubServer.StartAsync();
        server.On("GET /api/runs", """{"data":[{"id":"resp_1","status":"completed"}],"next_cursor":null}""")
            .On("GET /api/runs/resp_1", Trace("resp_1", "[]", 100, 0.5))
            .On("POST /api/runs/resp_1/fork", """{"id":"resp_9","status":"queued"}""")
            .On("GET /api/runs/resp_9", Trace("resp_9", verdicts, 40, 0.1));

        var result = await Tool.RunAsync(server.Url, "replay", "--what-if", "--to-model", "small", "--to-prompt", "pmpt_1@7", "--json");

        Assert.Equal(code, result.Code);
        Assert.Equal((0.5, 0.1), ((double)result.Json["before"]!["cost"]!, (double)result.Json["after"]!["cost"]!));
        Assert.Equal((100, 40), ((double)result.Json["before"]!["p95_ms"]!, (double)result.Json["after"]!["p95_ms"]!));
        Assert.Equal(
            """{"from":0,"overrides":{"model":"small","prompt":{"id":"pmpt_1","version":"7"}},"tools":{"default":"recorded"}}""",
            server.Asked.Single(static one => one.Request.EndsWith("/fork", StringComparison.Ordinal)).Body!.ToJsonString());
    }

    [Fact]
    public async Task ARouteThatTheServerLacks_IsSaidClearly()
    {
        await using var server = await StubServer.StartAsync();

        foreach (var arguments in (string[][])[["runs", "explain", "resp_1"], ["runs", "diff", "resp_1", "resp_2"], ["runs", "fork", "resp_1"], ["runs", "step", "resp_1", "0"]])
        {
            var result = await Tool.RunAsync(server.Url, arguments);
            Assert.Equal(4, result.Code);
            Assert.Contains("This server has no route", result.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task DiffAndExplain_ShowTheDivergenceAndTheFactorsFirst()
    {
        await using var server = await StubServer.StartAsync();
        const string answer =
            """{"first_divergence":{"stage":"prompt_assembly","field":"instructions","a":"v7","b":"v8"},"factors":[{"factor":"prompt_version","value":"v8","other":"v7","separation":{"bad_with":41,"bad_without":3,"good_with":3,"good_without":387}}],"stages":[{"stage":"completion"}]}""";
        server.On("GET /api/runs/resp_1/diff/resp_2", answer).On("GET /api/runs/resp_1/explain", answer);

        foreach (var arguments in (string[][])[["runs", "diff", "resp_1", "resp_2"], ["runs", "explain", "resp_1"]])
        {
            var result = await Tool.RunAsync(server.Url, arguments);
            Assert.Equal(0, result.Code);
            Assert.StartsWith("First divergence", result.Output, StringComparison.Ordinal);
            Assert.Contains("41 of 44 bad, 3 of 390 good", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task PinAndUnpin_SayHowItIs()
    {
        await using var server = await StubServer.StartAsync();
        server.On("POST /api/runs/resp_1/pin", """{"id":"resp_1","pinned":true}""").On("POST /api/runs/resp_1/unpin", """{"id":"resp_1","pinned":false}""")
            .On("POST /api/runs/resp_2/pin", """{"code":"run_released","detail":"Retention let it go."}""", 410);

        Assert.StartsWith("resp_1 is pinned.", (await Tool.RunAsync(server.Url, "runs", "pin", "resp_1")).Output, StringComparison.Ordinal);
        Assert.StartsWith("resp_1 is not pinned.", (await Tool.RunAsync(server.Url, "runs", "unpin", "resp_1")).Output, StringComparison.Ordinal);
        var refused = await Tool.RunAsync(server.Url, "runs", "pin", "resp_2");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("Retention let it go.", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_ShowsWhatCameInWentOutMovedAndChanged()
    {
        await using var server = await StubServer.StartAsync();
        server.On("GET /api/runs/resp_1/diff/resp_2", """
            {"first_divergence":null,"factors":[],"stages":[{"stage":"prompt_assembly","lists":[{"field":"context","count_a":3,"count_b":3,"same":1,"left_out":0,"entries":[
              {"change":"in","kind":"passage","name":"file-1#2","place_a":null,"place_b":1,"text_a":null,"text_b":"12 tokens, kept, version 5"},
              {"change":"out","kind":"history","name":"00ff","place_a":0,"place_b":null,"text_a":"3 tokens, kept","text_b":null},
              {"change":"moved","kind":"passage","name":"file-1#1","place_a":1,"place_b":2,"text_a":null,"text_b":null},
              {"change":"changed","kind":"tool","name":"act","place_a":2,"place_b":0,"text_a":"8 tokens, kept","text_b":"8 tokens, left out: untrusted"}]}]}]}
            """);

        var result = await Tool.RunAsync(server.Url, "runs", "diff", "resp_1", "resp_2");

        Assert.Equal(0, result.Code);
        foreach (var line in (string[])["prompt_assembly: context 3 → 3, 1 the same", "+ passage file-1#2 12 tokens, kept, version 5", "- history 00ff 3 tokens, kept",
            "↕ passage file-1#1 1 → 2", "~ tool act 8 tokens, kept → 8 tokens, left out: untrusted"])
        {
            Assert.Contains(line, result.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("5", """{"collectionVersion":5}""")]
    [InlineData("vs_1=5", """{"collectionVersion":{"vs_1":5}}""")]
    public async Task Fork_CollectionVersion_IsSent(string version, string overrides)
    {
        await using var server = await StubServer.StartAsync();
        server.On("POST /api/runs/resp_1/fork", """{"origin":"resp_1","data":[{"id":"resp_2","status":"queued"}]}""");

        Assert.Equal(0, (await Tool.RunAsync(server.Url, "runs", "fork", "resp_1", "--collection-version", version)).Code);

        Assert.Equal(overrides, server.Asked.Single().Body!["overrides"]!.ToJsonString());
    }

    [Fact]
    public async Task Promote_SaysWhatItReplaced()
    {
        await using var server = await StubServer.StartAsync();
        server.On("POST /api/runs/resp_2/promote", """{"run":"resp_2","conversation":"conv_1","replaces":"resp_1","promoted_at":"2026-11-28T12:00:00Z","items":["msg_1","msg_2"]}""");

        var result = await Tool.RunAsync(server.Url, "runs", "promote", "resp_2");

        Assert.Equal(0, result.Code);
        Assert.Contains("resp_1", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsTyped_IsCheckedAndSent()
    {
        await using var server = await StubServer.StartAsync();
        var refused = 0;
        server.On("GET /api/keys", _ => Interlocked.Increment(ref refused) == 1 ? (429, "{}") : (200, """{"data":[]}"""));

        Assert.Equal(0, (await Tool.RunAsync(server.Url, "", [("ORLEANSAI_API_KEY", "a-key")], "keys", "list", "--json")).Code);
        Assert.Equal(2, server.Asked.Count(static one => one.Key == "Bearer a-key"));
        Assert.Equal(2, (await Tool.RunAsync(server.Url, "runs")).Code);
        Assert.Equal(2, (await Tool.RunAsync(server.Url, "replay", "--what-if")).Code);
        Assert.Equal(2, (await Tool.RunAsync(server.Url, "runs", "list", "--since", "yesterday")).Code);
        Assert.Equal(2, (await Tool.RunAsync("no address", "runs", "list")).Code);
        Assert.Equal(5, (await Tool.RunAsync("http://127.0.0.1:9", "runs", "list")).Code);
    }

    [Fact]
    public async Task Show_DrawsEveryCall_AndLetsNoContentCommandTheTerminal()
    {
        await using var server = await StubServer.StartAsync();
        server.On("GET /api/runs/resp_1", """
            {"id":"resp_1","conversation":"conv_1","status":"completed","model":"pair","served_model":"m2","created_at":"2026-11-24T03:00:00Z","completed_at":"2026-11-24T03:00:02Z",
             "recoveries":1,"usage":{"input_tokens":12,"output_tokens":34},"error":null,"steps":[
              {"index":0,"stage":"prompt_assembly","attempt":2,"outcome":"ok","started_at":"2026-11-24T03:00:00Z","duration_ms":1.5,"error":null},
              {"index":1,"stage":"model_execution","attempt":2,"outcome":"ok","started_at":"2026-11-24T03:00:00.1Z","duration_ms":1800,"error":null,
               "usage":{"input_tokens":12,"output_tokens":34},"vendor_attempts":[
                {"vendor":"a","model":"m1","outcome":"vendor_unavailable","cause":"server_error","http_status":503,"latency_ms":900,"first_token_ms":null,"hedge":false,"contract":null},
                {"vendor":"b","model":"m2","outcome":"ok","cause":null,"http_status":null,"latency_ms":800,"first_token_ms":90,"hedge":false,"contract":"exact"}],
               "verdicts":[{"name":"fence_wrapped","detail":"\u001b[31mred [bold]"}]}]}
            """);

        var result = await Tool.RunAsync(server.Url, "runs", "show", "resp_1");

        Assert.Equal(0, result.Code);
        Assert.Contains("a/m1", result.Output, StringComparison.Ordinal);
        Assert.Contains("server_error 503", result.Output, StringComparison.Ordinal);
        Assert.Contains("first token 90 ms", result.Output, StringComparison.Ordinal);
        Assert.Contains("! fence_wrapped: \uFFFD[31mred [bold]", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    private static IEnumerable<string> RunsOf(JsonNode? body) => body!["runs"]!.AsArray().Select(static run => (string)run!);

    private static string Divergent(string run) =>
        $$"""{"id":"{{run}}","identical":false,"steps":2,"externalCalls":0,"divergence":{"step":1,"stage":"model_execution","field":"vendor_request","expected":"aa","actual":"bb"} }""";

    private static string Trace(string run, string verdicts, double milliseconds, double cost) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$$"""{"id":"{{{run}}}","status":"completed","usage":{"input_tokens":1,"output_tokens":2},"cost":{{{cost}}},"steps":[{"stage":"model_execution","duration_ms":{{{milliseconds}}},"verdicts":{{{verdicts}}} }]}""");
}
