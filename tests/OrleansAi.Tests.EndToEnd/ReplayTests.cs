using System.Net;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Every kind of run replays identically, and no request reaches a vendor while it does.</summary>
public sealed class ReplayTests : SimulatedSiloTests
{
    private const string Tools =
        """[{"type":"function","name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]""";

    protected override void Configure(Dictionary<string, string> settings)
    {
        AddEveryWire(settings, retries: 1);
        foreach (var (index, (name, _, _)) in EveryWire.Index())
        {
            settings[$"OrleansAi:Models:pair-{name}:Candidates:0:Vendor"] = name;
            settings[$"OrleansAi:Models:pair-{name}:Candidates:0:Model"] = $"{name}-first";
            settings[$"OrleansAi:Models:pair-{name}:Candidates:1:Vendor"] = EveryWire[(index + 1) % EveryWire.Count].Name;
            settings[$"OrleansAi:Models:pair-{name}:Candidates:1:Model"] = "second";
        }
    }

    [Fact]
    public async Task Replay_EveryWireAndCase_IsIdenticalAndCallsNobody()
    {
        var cases = new List<string>();
        foreach (var (name, _, wire) in EveryWire)
        {
            foreach (var stream in (bool[])[false, true])
            {
                await RunAsync(cases, name, wire, stream);
            }
        }

        foreach (var stream in (bool[])[false, true])
        {
            var conversation = await Api.CreateConversationAsync(Http);
            await TurnAsync(cases, "builtin", "default", stream, conversation, "\"The tower is 324 metres high.\"");
            await TurnAsync(cases, "builtin, next turn", "default", stream, conversation, "\"How high is the tower?\"");
        }

        var asked = Simulator.Count;
        var runs = (await Api.GetAsync(Http, "/api/runs?limit=200"))["data"]!.AsArray();
        Assert.Equal(cases.Count, runs.Count);
        var divergences = new List<string>();
        foreach (var (run, what) in runs.Reverse().Zip(cases))
        {
            var replay = await ReplayAsync((string)run!["id"]!);
            if (!(bool)replay["identical"]!)
            {
                divergences.Add($"{what} ({run["status"]}): {replay["divergence"]!.ToJsonString()}");
            }

            Assert.Equal(0, (int)replay["externalCalls"]!);
        }

        Assert.True(divergences.Count == 0, string.Join('\n', divergences));
        Assert.Equal(asked, Simulator.Count);
    }

    [Fact]
    public async Task Replay_WhatCannotBe_IsRefusedByName()
    {
        var forgotten = await Api.PostAsync(Http, "/v1/responses", """{"model":"default","input":"secret","store":false}""");
        Assert.Equal("content_not_kept", (string)(await ReplayAsync((string)forgotten["id"]!, HttpStatusCode.Gone))["code"]!);

        var deleted = (string)(await Api.PostAsync(Http, "/v1/responses", """{"model":"default","input":"gone"}"""))["id"]!;
        using (await Http.DeleteAsync($"/v1/responses/{deleted}"))
        {
            Assert.Equal("content_not_kept", (string)(await ReplayAsync(deleted, HttpStatusCode.Gone))["code"]!);
        }

        Simulator.Respond = static _ => new Reply { Text = "late", Delay = TimeSpan.FromSeconds(30) };
        var open = (string)(await Api.PostAsync(Http, "/v1/responses", """{"model":"chat","input":"wait","background":true}"""))["id"]!;
        Assert.Equal("run_not_ended", (string)(await ReplayAsync(open, HttpStatusCode.Conflict))["code"]!);
        await Eventually.TrueAsync(() => Simulator.Count > 0, "the vendor is asked");
        await Api.PostAsync(Http, $"/v1/responses/{open}/cancel", "{}");
        Assert.True((bool)(await ReplayAsync(open))["identical"]!);

        Assert.Equal("response_not_found", (string)(await ReplayAsync("resp_none", HttpStatusCode.NotFound))["code"]!);
    }

    private async Task RunAsync(List<string> cases, string name, Wire wire, bool stream)
    {
        var what = $"{wire}{(stream ? ", stream" : "")}";
        var conversation = await Api.CreateConversationAsync(Http);
        Simulator.Respond = static _ => new Reply { Text = "It is 東京 and 🙂.", CachedTokens = 1 };
        await TurnAsync(cases, what, name, stream, conversation, "\"What is it?\"", ""","instructions":"be kind","max_output_tokens":200""");
        await TurnAsync(cases, $"{what}, next turn", name, stream, conversation, "\"And then?\"");

        Simulator.Respond = static _ => new Reply { ToolCalls = [new SimulatedToolCall("weather", """{"city":"東京"}""")] };
        var called = await TurnAsync(cases, $"{what}, tool call", name, stream, conversation, "\"Weather?\"", $",\"tools\":{Tools}");
        var call = called["output"]!.AsArray().Single(static item => (string)item!["type"]! == "function_call")!;
        Simulator.Respond = static _ => new Reply { Text = "Sunny." };
        await TurnAsync(
            cases, $"{what}, tool output", name, stream, conversation,
            $$"""[{"type":"function_call_output","call_id":"{{call["call_id"]}}","output":"sunny"}]""", $",\"tools\":{Tools}");

        Simulator.Respond = static _ => new Reply { Reasoning = "Let me think. And again.", Text = "A thought." };
        await TurnAsync(cases, $"{what}, thoughts", name, stream, conversation, "\"Think?\"", ""","reasoning":{"effort":"low"}""");

        Simulator.Respond = static _ => new Reply { Text = "```json\n{\"city\":\"東京\"}\n```" };
        await TurnAsync(
            cases, $"{what}, structured", name, stream, conversation, "\"As JSON?\"",
            ""","text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}}}""");

        Simulator.Respond = static _ => new Reply { Refusal = "I must not." };
        await TurnAsync(cases, $"{what}, refusal", name, stream, conversation, "\"May you?\"");

        var failed = 0;
        Simulator.Respond = _ => Interlocked.Increment(ref failed) == 1
            ? new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 500 } }
            : new Reply { Text = "the second time" };
        await TurnAsync(cases, $"{what}, retry", name, stream, conversation, "\"Again?\"");

        Simulator.Respond = call => call.Wire == wire
            ? new Reply { Text = "lost words that are cut", Fault = new Fault(FaultKind.Cut) { AtChunk = 2 } }
            : new Reply { Text = "the other one" };
        await TurnAsync(cases, $"{what}, fallback", $"pair-{name}", stream, conversation, "\"Whoever?\"");

        Simulator.Respond = static _ => new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 400 } };
        await TurnAsync(cases, $"{what}, failed", name, stream, conversation, "\"Nothing?\"");
    }

    // The response, however it ended.
    private async Task<JsonNode> TurnAsync(
        List<string> cases, string what, string model, bool stream, string conversation, string input, string more = "")
    {
        cases.Add(what);
        using var answer = await Http.PostAsync("/v1/responses", new StringContent(
            $$"""{"model":"{{model}}","conversation":"{{conversation}}","stream":{{(stream ? "true" : "false")}},"input":{{input}}{{more}}}""",
            System.Text.Encoding.UTF8,
            "application/json"));
        var body = await answer.Content.ReadAsStringAsync();
        return stream
            ? JsonNode.Parse(body.Split('\n').Last(static line => line.StartsWith("data: {", StringComparison.Ordinal))[6..])!["response"]!
            : JsonNode.Parse(body)!;
    }

    private Task<JsonNode> ReplayAsync(string run, HttpStatusCode expected = HttpStatusCode.OK) =>
        Api.PostAsync(Http, $"/api/runs/{run}/replay", "{}", expected);
}
