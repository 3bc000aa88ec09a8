using System.Text.Json.Nodes;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Cli;

/// <summary>The gate before a deploy against a real silo: a candidate is let pass, found wanting, or cannot be judged, and the exit code says which.</summary>
public sealed class GateTests : SimulatedSiloTests
{
    private const int Runs = 4;

    // What the candidate answers.
    private Reply _candidate = new() { Text = "A sound answer." };

    protected override void Configure(Dictionary<string, string> settings)
    {
        Simulator.Respond = call => call.Wire == Wire.OpenAiChat ? new Reply { Text = "A sound answer." } : _candidate;
        AddEveryWire(settings, retries: 0);
        foreach (var (route, input, output) in (ReadOnlySpan<(string, string, string)>)[("chat", "10", "20"), ("anthropic", "1", "2")])
        {
            settings[$"OrleansAi:Models:{route}:Candidates:0:InputPrice"] = input;
            settings[$"OrleansAi:Models:{route}:Candidates:0:OutputPrice"] = output;
        }
    }

    [Fact]
    public async Task WhatIf_ACandidateAsGood_PassesWithWhatItCosts()
    {
        var runs = await RunsAsync();
        var calls = Simulator.Calls.Count;

        var gate = await WhatIfAsync("anthropic");

        Assert.True(gate.Code == 0, gate.Output + gate.Errors);
        Assert.Equal((Runs, Runs), ((int)gate.Json["sample"]!, (int)gate.Json["compared"]!));
        var (before, after) = (gate.Json["before"]!, gate.Json["after"]!);
        Assert.Equal((0, 0, 0, 0), ((int)before["failed"]!, (int)before["flagged"]!, (int)after["failed"]!, (int)after["flagged"]!));
        Assert.True((double)after["cost"]! > 0 && (double)after["cost"]! < (double)before["cost"]!, gate.Output);
        Assert.True((double)after["input_tokens"]! > 0 && (double)after["p95_ms"]! > 0, gate.Output);
        Assert.Equal(Runs, Simulator.Calls.Skip(calls).Count(static call => call.Wire == Wire.Anthropic));
        Assert.Equal(calls + Runs, Simulator.Calls.Count);
        foreach (var run in runs)
        {
            // Each has its fork, of the other route, and stays what it was.
            var fork = Assert.Single((await Api.GetAsync(Http, $"/api/runs?forkedFrom={run}"))["data"]!.AsArray())!;
            Assert.Equal("anthropic", (string)fork["model"]!);
            Assert.True((bool)(await Api.PostAsync(Http, $"/api/runs/{run}/replay", "{}"))["identical"]!);
        }
    }

    [Fact]
    public async Task WhatIf_ACandidateThatFails_IsFoundWorse()
    {
        await RunsAsync();
        _candidate = new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 400 } };

        var gate = await WhatIfAsync("anthropic");

        Assert.True(gate.Code == 3, gate.Output + gate.Errors);
        Assert.Equal((0, Runs), ((int)gate.Json["before"]!["failed"]!, (int)gate.Json["after"]!["failed"]!));
        Assert.Equal(Runs, gate.Json["worse"]!.AsArray().Count);
        Assert.All(gate.Json["worse"]!.AsArray(), static one => Assert.Equal(("completed", "failed"), ((string)one!["before"]!, (string)one["after"]!)));
    }

    [Fact]
    public async Task WhatIf_ACandidateWithVerdicts_IsFoundWorseByThem()
    {
        await RunsAsync();
        _candidate = new Reply { Text = "A sound answer.", ServedModel = "quite-another-model" };

        var gate = await WhatIfAsync("anthropic");

        Assert.True(gate.Code == 3, gate.Output + gate.Errors);
        Assert.Equal(Runs, (int)gate.Json["after"]!["flagged"]!);
        Assert.Equal(Runs, (int)gate.Json["after"]!["verdicts"]!["served_model_differs"]!);
        Assert.Empty(gate.Json["before"]!["verdicts"]!.AsObject());
        Assert.Contains("served_model_differs", (await Tool.RunAsync(Url, Arguments("anthropic"))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIf_ARouteThatIsNotThere_JudgesNothingAndDoesNotPass()
    {
        await RunsAsync();

        var gate = await WhatIfAsync("no-such-route");

        Assert.True(gate.Code == 1, gate.Output + gate.Errors);
        Assert.Equal(0, (int)gate.Json["compared"]!);
        Assert.Equal(["model_not_found"], gate.Json["not_forked"]!.AsArray().Select(static one => (string)one!["code"]!).Distinct());
    }

    [Fact]
    public async Task Replay_RunsOfManyConversations_AreIdenticalTogether()
    {
        var runs = await RunsAsync();

        var gate = await Tool.RunAsync(Url, "replay", "--since", "10m", "--sample", "50", "--parallel", "2", "--json");

        Assert.True(gate.Code == 0, gate.Output + gate.Errors);
        Assert.Equal((runs.Count, 0, 0), ((int)gate.Json["identical"]!, (int)gate.Json["diverged"]!, (int)gate.Json["external_calls"]!));
    }

    private string Url => Http.BaseAddress!.ToString();

    private static string[] Arguments(string route, params string[] more) =>
        ["replay", "--since", "10m", "--model", "chat", "--status", "completed", "--sample", "50", "--what-if", "--to-model", route, .. more];

    private Task<ToolResult> WhatIfAsync(string route) => Tool.RunAsync(Url, Arguments(route, "--json"));

    // Half of them go on from the one before.
    private async Task<List<string>> RunsAsync()
    {
        var runs = new List<string>();
        for (var i = 0; i < Runs; i++)
        {
            var body = new JsonObject { ["model"] = "chat", ["input"] = $"question {i}" };
            if (i % 2 == 1)
            {
                body["previous_response_id"] = runs[^1];
            }

            runs.Add((string)(await Api.PostAsync(Http, "/v1/responses", body.ToJsonString()))["id"]!);
        }

        return runs;
    }
}
