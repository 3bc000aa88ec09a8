using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A run again with something changed: a run of its own, which names its origin and replays as any other.</summary>
public sealed class ForkTests : SimulatedSiloTests
{
    private const string Tools =
        """[{"type":"function","name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]""";

    protected override void Configure(Dictionary<string, string> settings) => AddEveryWire(settings, retries: 0);

    [Fact]
    public async Task Fork_WithOverrides_IsARunOfItsOwnOutsideOfTheConversation()
    {
        Simulator.Respond = static _ => new Reply { Text = "It is." };
        var conversation = await Api.CreateConversationAsync(Http);
        await TurnAsync("chat", conversation, "\"Is it?\"");
        var origin = await TurnAsync("chat", conversation, "\"Really?\"", ""","instructions":"be kind","temperature":0.5""");
        const string fork = """{"count":3,"overrides":{"instructions":"be brief","temperature":1,"model":"anthropic"}}""";

        var asked = Simulator.Count;
        var forks = await ForkAsync(origin, fork, key: "a-key");
        Assert.Equal(3, forks.Distinct().Count());
        foreach (var (id, index) in forks.Select(static (id, index) => (id, index)))
        {
            var run = await EndedAsync(id);
            Assert.Equal("completed", (string)run["status"]!);
            Assert.Equal(("anthropic", 1.0), ((string)run["model"]!, (double)run["parameters"]!["temperature"]!));
            var from = run["forked_from"]!;
            Assert.Equal((origin, 1, "recorded", index), ((string)from["run"]!, (int)from["step"]!, (string)from["tools"]!, (int)from["index"]!));
            Assert.Equal(["instructions", "model", "temperature"], from["overridden"]!.AsArray().Select(static name => (string)name!));
            Assert.NotEqual(conversation, (string)run["conversation"]!);
            var messages = (await Api.GetAsync(Http, $"/api/runs/{id}/steps/2"))["input"]!["messages"]!.AsArray();
            Assert.Equal(["be brief", "Is it?", "It is.", "Really?"], messages.Select(static message => (string)message!["text"]!));
            await AssertReplaysAsync(id);
        }

        Assert.Equal(asked + 3, Simulator.Count);
        Assert.Equal(4, (await Api.ItemsAsync(Http, conversation)).Count);
        var found = (await Api.GetAsync(Http, $"/api/runs?forkedFrom={origin}"))["data"]!.AsArray();
        Assert.Equal(forks.Order(StringComparer.Ordinal), found.Select(static run => (string)run!["id"]!).Order(StringComparer.Ordinal));
        Assert.All(found, run => Assert.Equal(origin, (string)run!["forked_from"]!));

        Assert.Equal(forks, await ForkAsync(origin, fork, key: "a-key"));
        Assert.Equal("idempotency_key_reused", (string)(await RefusedAsync(origin, """{"count":2}""", HttpStatusCode.Conflict, key: "a-key"))["code"]!);
        Assert.Equal(asked + 3, Simulator.Count);

        // A fork of a fork, and a turn behind one, are as those of any other run.
        var second = (await ForkAsync(forks[0], """{"overrides":{"instructions":null}}"""))[0];
        Assert.Equal(forks[0], (string)(await EndedAsync(second))["forked_from"]!["run"]!);
        await AssertReplaysAsync(second);
        var next = await Api.PostAsync(Http, "/v1/responses", $$"""{"model":"chat","input":"And?","previous_response_id":"{{second}}"}""");
        await AssertReplaysAsync((string)next["id"]!);
    }

    [Fact]
    public async Task Fork_RecordedTools_AnswersTheSameCallAndNoOther()
    {
        foreach (var (name, _, wire) in EveryWire)
        {
            foreach (var stream in (bool[])[false, true])
            {
                var origin = await CalledAsync(name, stream);
                Simulator.Respond = static call => call.RawBody.Contains("sunny", StringComparison.Ordinal)
                    ? new Reply { Text = "It is sunny." }
                    : new Reply { Text = "I look.", ToolCalls = [new SimulatedToolCall("weather", """{ "city" : "Tokyo" }""")] };
                var what = $"{wire}, stream {stream}";
                var asked = Simulator.Count;
                var fork = (await ForkAsync(origin, """{"overrides":{"instructions":"look again"}}"""))[0];
                var run = await EndedAsync(fork);
                Assert.True((string)run["status"]! == "completed", $"{what}: {run.ToJsonString()}");
                Assert.Equal(
                    ["admission", "prompt_assembly", "model_execution", "tool_execution", "model_execution", "completion"],
                    run["steps"]!.AsArray().Select(static step => (string)step!["stage"]!));
                Assert.Equal(asked + 2, Simulator.Count);
                var response = await Api.GetAsync(Http, $"/v1/responses/{fork}");
                Assert.Equal("It is sunny.", Api.Text(response));
                var answer = (await Api.GetAsync(Http, $"/api/runs/{fork}/steps/3"))["output"]!["tool_outputs"]![0]!;
                Assert.Equal("sunny", (string)answer["output"]!);
                await AssertReplaysAsync(fork, what);
                var second = (await Api.GetAsync(Http, $"/api/runs/{fork}/steps/4"))["exchanges"]!.AsArray()[^1]!;
                Assert.False((bool)second["request_differs"]!);
                Assert.Contains("sunny", (string)second["request"]!["text"]!, StringComparison.Ordinal);

                // From the second model execution on, what was before it is taken from the record.
                var later = (await ForkAsync(fork, """{"from":4}"""))[0];
                Assert.Equal("completed", (string)(await EndedAsync(later))["status"]!);
                Assert.Equal(asked + 3, Simulator.Count);
                await AssertReplaysAsync(later, what);
            }
        }
    }

    [Fact]
    public async Task Fork_ToolsThatAreNotAnswered_EndTheRunByName()
    {
        foreach (var stream in (bool[])[false, true])
        {
            var origin = await CalledAsync("chat", stream);
            var elsewhere = new Reply { ToolCalls = [new SimulatedToolCall("weather", """{"city":"Kyoto"}""")] };
            Simulator.Respond = _ => elsewhere;
            foreach (var (tools, reason) in new[] { ("recorded", "tool_output_not_recorded"), ("deny", "tool_denied") })
            {
                var fork = (await ForkAsync(origin, $$$"""{"tools":{"default":"{{{tools}}}"}}"""))[0];
                var run = await EndedAsync(fork);
                Assert.Equal(("incomplete", reason), ((string)run["status"]!, (string)run["incomplete_reason"]!));
                Assert.Equal(reason, (string)run["steps"]![3]!["outcome"]!);
                await AssertReplaysAsync(fork);
            }

            var live = (await ForkAsync(origin, """{"tools":{"default":"live"}}"""))[0];
            Assert.Equal("completed", (string)(await EndedAsync(live))["status"]!);
            Assert.Equal("function_call", (string)(await Api.GetAsync(Http, $"/v1/responses/{live}"))["output"]!.AsArray()[^1]!["type"]!);
            await AssertReplaysAsync(live);

            Simulator.Respond = call => call.RawBody.Contains("rain", StringComparison.Ordinal) ? new Reply { Text = "Take an umbrella." } : elsewhere;
            var byHand = (await ForkAsync(origin, """{"tools":{"outputs":[{"name":"weather","arguments":"{\"city\":\"Kyoto\"}","output":"rain"}]}}"""))[0];
            Assert.Equal("completed", (string)(await EndedAsync(byHand))["status"]!);
            Assert.Equal("Take an umbrella.", Api.Text(await Api.GetAsync(Http, $"/v1/responses/{byHand}")));
            await AssertReplaysAsync(byHand);

            // A model that never stops calling is stopped.
            var same = new Reply { ToolCalls = [new SimulatedToolCall("weather", """{"city":"Tokyo"}""")] };
            Simulator.Respond = _ => same;
            var endless = (await ForkAsync(origin, "{}"))[0];
            Assert.Equal("tool_rounds_exceeded", (string)(await EndedAsync(endless))["incomplete_reason"]!);
            await AssertReplaysAsync(endless);
        }
    }

    [Fact]
    public async Task Fork_GivenOutputs_CallNobody()
    {
        Simulator.Respond = static _ => new Reply { Text = "It is." };
        foreach (var stream in (bool[])[false, true])
        {
            var origin = await TurnAsync("chat", await Api.CreateConversationAsync(Http), "\"Is it?\"", stream: stream);
            var asked = Simulator.Count;
            var byHand = (await ForkAsync(origin, """{"from":2,"overrides":{"outputs":{"2":{"text":"By hand."}}}}"""))[0];
            var run = await EndedAsync(byHand);
            Assert.Equal("recorded", (string)run["steps"]![1]!["route"]!["reason"]!);
            Assert.True((bool)run["steps"]![2]!["given"]!);
            Assert.Empty(run["steps"]![2]!["vendor_attempts"]!.AsArray());
            Assert.Equal("By hand.", Api.Text(await Api.GetAsync(Http, $"/v1/responses/{byHand}")));
            await AssertReplaysAsync(byHand);

            var taken = (await ForkAsync(origin, """{"from":3}"""))[0];
            Assert.Equal("completed", (string)(await EndedAsync(taken))["status"]!);
            Assert.Equal("It is.", Api.Text(await Api.GetAsync(Http, $"/v1/responses/{taken}")));
            await AssertReplaysAsync(taken);
            Assert.Equal(asked, Simulator.Count);
        }
    }

    [Fact]
    public async Task Fork_WhatCannotBe_IsRefusedByName()
    {
        var origin = await TurnAsync("default", await Api.CreateConversationAsync(Http), "\"Is it?\"");
        foreach (var (body, code, status) in new[]
        {
            ("""{"from":9}""", "invalid_request", HttpStatusCode.BadRequest),
            ("""{"from":2,"overrides":{"instructions":"x"}}""", "invalid_request", HttpStatusCode.BadRequest),
            ("""{"from":2,"overrides":{"model":"chat"}}""", "invalid_request", HttpStatusCode.BadRequest),
            ("""{"from":3,"overrides":{"temperature":1}}""", "invalid_request", HttpStatusCode.BadRequest),
            ("""{"from":2,"overrides":{"outputs":{"1":{"text":"x"}}}}""", "invalid_request", HttpStatusCode.BadRequest),
            ("""{"overrides":{"prompt":{"id":"p"}}}""", "invalid_request", HttpStatusCode.BadRequest),
            ("""{"overrides":{"memory":false}}""", "invalid_request", HttpStatusCode.BadRequest),
            ("""{"overrides":{"collectionVersion":3}}""", "invalid_request", HttpStatusCode.BadRequest),
            ("""{"overrides":{"model":"nobody"}}""", "model_not_found", HttpStatusCode.NotFound),
            ("""{"count":17}""", "invalid_request", HttpStatusCode.BadRequest),
            ("""{"tools":{"default":"deny","outputs":[{"name":"f","arguments":"{}","output":"x"}]}}""", "invalid_request", HttpStatusCode.BadRequest),
        })
        {
            Assert.Equal(code, (string)(await RefusedAsync(origin, body, status))["code"]!);
        }

        Assert.Empty((await Api.GetAsync(Http, $"/api/runs?forkedFrom={origin}"))["data"]!.AsArray());
        var forgotten = (string)(await Api.PostAsync(Http, "/v1/responses", """{"input":"secret","store":false}"""))["id"]!;
        Assert.Equal("content_not_kept", (string)(await RefusedAsync(forgotten, "{}", HttpStatusCode.Gone))["code"]!);

        // A fork has its own copy of what was asked: it outlives its origin, and keeps naming it.
        var fork = (await ForkAsync(origin, "{}", key: "kept"))[0];
        await EndedAsync(fork);
        using (await Http.DeleteAsync($"/v1/responses/{origin}"))
        {
            Assert.Equal("content_not_kept", (string)(await RefusedAsync(origin, "{}", HttpStatusCode.Gone))["code"]!);
            Assert.Equal(fork, (await ForkAsync(origin, "{}", key: "kept"))[0]);
            await AssertReplaysAsync(fork);
        }

        using (await Http.DeleteAsync($"/v1/responses/{fork}"))
        {
            Assert.Equal("content_not_kept", (string)(await Api.PostAsync(Http, $"/api/runs/{fork}/replay", "{}", HttpStatusCode.Gone))["code"]!);
            Assert.Equal(origin, (string)(await Api.GetAsync(Http, $"/api/runs/{fork}"))["forked_from"]!["run"]!);
        }
    }

    // A turn that called a function, and the one that told its output.
    private async Task<string> CalledAsync(string model, bool stream)
    {
        var conversation = await Api.CreateConversationAsync(Http);
        Simulator.Respond = static _ => new Reply { ToolCalls = [new SimulatedToolCall("weather", """{"city":"Tokyo"}""")] };
        var origin = await TurnAsync(model, conversation, "\"Weather?\"", $",\"tools\":{Tools}", stream);
        var call = (await Api.GetAsync(Http, $"/v1/responses/{origin}"))["output"]!.AsArray().Single(static item => (string)item!["type"]! == "function_call")!;
        Simulator.Respond = static _ => new Reply { Text = "Fine." };
        await TurnAsync(model, conversation, $$"""[{"type":"function_call_output","call_id":"{{call["call_id"]}}","output":"sunny"}]""", $",\"tools\":{Tools}", stream);
        return origin;
    }

    private async Task<string> TurnAsync(string model, string conversation, string input, string more = "", bool stream = false)
    {
        using var answer = await Http.PostAsync("/v1/responses", new StringContent(
            $$"""{"model":"{{model}}","conversation":"{{conversation}}","stream":{{(stream ? "true" : "false")}},"input":{{input}}{{more}}}""", Encoding.UTF8, "application/json"));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return answer.Headers.GetValues("OrleansAi-Run-Id").Single();
    }

    private async Task<IReadOnlyList<string>> ForkAsync(string origin, string body, string? key = null)
    {
        var answer = await SendAsync(origin, body, HttpStatusCode.OK, key);
        Assert.Equal(origin, (string)answer["origin"]!);
        return [.. answer["data"]!.AsArray().Select(static run => (string)run!["id"]!)];
    }

    private Task<JsonNode> RefusedAsync(string origin, string body, HttpStatusCode status, string? key = null) => SendAsync(origin, body, status, key);

    private Task<JsonNode> SendAsync(string origin, string body, HttpStatusCode status, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/runs/{origin}/fork") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return Api.SendAsync(Http, request, status);
    }

    private Task<JsonNode> EndedAsync(string run) => Eventually.GetAsync(
        () => Api.GetAsync(Http, $"/api/runs/{run}"), static trace => trace["completed_at"] is not null, "the fork ends");

    private async Task AssertReplaysAsync(string run, string? what = null)
    {
        var replay = await Api.PostAsync(Http, $"/api/runs/{run}/replay", "{}");
        Assert.True((bool)replay["identical"]!, $"{what} {replay.ToJsonString()}");
        Assert.Equal(0, (int)replay["externalCalls"]!);
    }
}
