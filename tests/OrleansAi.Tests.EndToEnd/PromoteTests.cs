using System.Net;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A fork becomes the turn that it was forked from: once, and as long as nothing was said after it.</summary>
public sealed class PromoteTests : SimulatedSiloTests
{
    protected override void Configure(Dictionary<string, string> settings) => AddEveryWire(settings, retries: 0);

    [Fact]
    public async Task Promote_TheLastTurnsFork_TakesItsPlaceForAllThatComesAfter()
    {
        foreach (var stream in (bool[])[false, true])
        {
            var conversation = await Api.CreateConversationAsync(Http);
            var first = await SayAsync(conversation, "Is it?", "It is.", stream);
            var bad = await SayAsync(conversation, "Really?", "No idea.", stream);
            var good = await ForkAsync(bad, "Indeed.");
            var unused = await ForkAsync(bad, "Perhaps.");

            var promotion = await PromoteAsync(good);
            Assert.Equal((good, conversation, bad), ((string)promotion["run"]!, (string)promotion["conversation"]!, (string)promotion["replaces"]!));
            Assert.True(JsonNode.DeepEquals(promotion, await PromoteAsync(good)));
            Assert.Equal(["Is it?", "It is.", "Really?", "Indeed."], await TextsAsync(conversation, "asc"));
            Assert.Equal(["Indeed.", "Really?", "It is.", "Is it?"], await TextsAsync(conversation, "desc"));
            var ids = (await Api.GetAsync(Http, $"/v1/conversations/{conversation}/items?limit=2"))["data"]!.AsArray().Reverse().Select(static item => (string)item!["id"]!);
            Assert.Equal(promotion["items"]!.AsArray().Select(static id => (string)id!), ids);

            // Linked both ways; the replaced run is there, and no item of the conversation.
            Assert.True(JsonNode.DeepEquals(promotion, (await Api.GetAsync(Http, $"/api/runs/{good}"))["promoted_to"]));
            Assert.Equal(good, (string?)(await Api.GetAsync(Http, $"/api/runs/{bad}"))["replaced_by"]);
            Assert.Null((await Api.GetAsync(Http, $"/api/runs/{unused}"))["promoted_to"]);
            Assert.Null((string?)(await Api.GetAsync(Http, $"/api/runs/{first}"))["replaced_by"]);
            var replaced = await Api.GetAsync(Http, $"/v1/responses/{bad}");
            Assert.Equal("No idea.", Api.Text(replaced));
            using (var gone = await Http.GetAsync($"/v1/conversations/{conversation}/items/{replaced["output"]!.AsArray()[^1]!["id"]}"))
            {
                Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
            }

            Assert.Equal("conversation_moved_on", await RefusedAsync(unused, HttpStatusCode.Conflict));

            // Whoever goes on from the replaced response has its answer, beside the conversation.
            Simulator.Respond = static _ => new Reply { Text = "Right." };
            var beside = await ContinueAsync(bad);
            Assert.Equal(["Is it?", "It is.", "Really?", "No idea.", "So?"], await ToldAsync(beside));
            Assert.Equal(4, (await TextsAsync(conversation, "asc")).Count);

            // What is said next is told the good answer alone, also in what is forked off or goes on from there.
            var next = await SayAsync(conversation, "And?", "So it is.", stream);
            Assert.Equal(["Is it?", "It is.", "Really?", "Indeed.", "And?"], await ToldAsync(next));
            var behind = await ForkAsync(next, "Fine.");
            Assert.Equal(["Is it?", "It is.", "Really?", "Indeed.", "And?"], await ToldAsync(behind));
            Assert.Equal(["Is it?", "It is.", "Really?"], await ToldAsync(await ForkAsync(bad, "Once more.")));
            foreach (var run in (string[])[first, bad, good, next, behind, beside])
            {
                await AssertReplaysAsync(run);
            }

            // Asked for again long after, it is the same; the fork that replaced the turn behind it, too.
            Assert.True(JsonNode.DeepEquals(promotion, await PromoteAsync(good)));
            var second = await PromoteAsync(behind);
            Assert.Equal((conversation, next), ((string)second["conversation"]!, (string)second["replaces"]!));
            Assert.Equal(["Is it?", "It is.", "Really?", "Indeed.", "And?", "Fine."], await TextsAsync(conversation, "asc"));
            var after = await ContinueAsync(next);
            Assert.Equal(["Is it?", "It is.", "Really?", "Indeed.", "And?", "So it is.", "So?"], await ToldAsync(after));
            var last = await SayAsync(conversation, "Well?", "Well.", stream);
            Assert.Equal(["Is it?", "It is.", "Really?", "Indeed.", "And?", "Fine.", "Well?"], await ToldAsync(last));
            await AssertReplaysAsync(after);
            await AssertReplaysAsync(last);
        }
    }

    [Fact]
    public async Task Promote_AForkOfAFork_ReplacesTheTurnOfTheConversation()
    {
        var conversation = await Api.CreateConversationAsync(Http);
        var bad = await SayAsync(conversation, "Really?", "No idea.", stream: false);
        var better = await ForkAsync(bad, "Perhaps.");
        var best = await ForkAsync(better, "Indeed.");

        // Asked for by many at once, it is done once.
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PromoteAsync(best)));

        Assert.All(all, one => Assert.True(JsonNode.DeepEquals(all[0], one)));
        Assert.Equal(bad, (string)all[0]["replaces"]!);
        Assert.Equal(["Really?", "Indeed."], await TextsAsync(conversation, "asc"));
        var audit = (await Api.GetAsync(Http, "/api/audit?limit=200")).ToJsonString();
        Assert.Contains($"/api/runs/{best}/promote", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Promote_WhatCannotBe_IsRefusedByName()
    {
        var conversation = await Api.CreateConversationAsync(Http);
        var origin = await SayAsync(conversation, "Really?", "No idea.", stream: false);
        Assert.Equal("run_not_promotable", await RefusedAsync(origin, HttpStatusCode.Conflict));
        Assert.Equal("response_not_found", await RefusedAsync("resp_none", HttpStatusCode.NotFound));

        Simulator.Respond = static _ => new Reply { Text = "It is." };
        var alone = (string)(await Api.PostAsync(Http, "/v1/responses", """{"model":"chat","input":"Is it?"}"""))["id"]!;
        Assert.Equal("run_not_promotable", await RefusedAsync(await ForkAsync(alone, "Yes."), HttpStatusCode.Conflict));

        Simulator.Respond = static _ => new Reply { Text = "It", Stop = StopKind.Length };
        var cut = (string)(await Api.PostAsync(Http, $"/api/runs/{origin}/fork", "{}"))["data"]![0]!["id"]!;
        await EndedAsync(cut);
        Assert.Equal("run_not_promotable", await RefusedAsync(cut, HttpStatusCode.Conflict));

        var deleted = await ForkAsync(origin, "Indeed.");
        using (await Http.DeleteAsync($"/v1/responses/{deleted}"))
        {
            Assert.Equal("content_not_kept", await RefusedAsync(deleted, HttpStatusCode.Gone));
        }

        // An item that was added is something that was said.
        var late = await ForkAsync(origin, "Indeed.");
        await Api.PostAsync(Http, $"/v1/conversations/{conversation}/items", """{"items":[{"role":"user","content":"By the way."}]}""");
        Assert.Equal("conversation_moved_on", await RefusedAsync(late, HttpStatusCode.Conflict));

        using (await Http.DeleteAsync($"/v1/conversations/{conversation}"))
        {
            Assert.Equal("conversation_not_found", await RefusedAsync(late, HttpStatusCode.NotFound));
        }
    }

    private async Task<string> SayAsync(string conversation, string text, string answer, bool stream)
    {
        Simulator.Respond = _ => new Reply { Text = answer };
        using var asked = await Http.PostAsync("/v1/responses", new StringContent(
            $$"""{"model":"chat","conversation":"{{conversation}}","stream":{{(stream ? "true" : "false")}},"input":"{{text}}"}""", System.Text.Encoding.UTF8, "application/json"));
        var body = await asked.Content.ReadAsStringAsync();
        Assert.True(asked.IsSuccessStatusCode, body);
        return asked.Headers.GetValues("OrleansAi-Run-Id").Single();
    }

    private async Task<string> ContinueAsync(string previous) =>
        (string)(await Api.PostAsync(Http, "/v1/responses", $$"""{"model":"chat","input":"So?","previous_response_id":"{{previous}}"}"""))["id"]!;

    private async Task<string> ForkAsync(string origin, string answer)
    {
        Simulator.Respond = _ => new Reply { Text = answer };
        var fork = (string)(await Api.PostAsync(Http, $"/api/runs/{origin}/fork", "{}"))["data"]![0]!["id"]!;
        Assert.Equal("completed", (string)(await EndedAsync(fork))["status"]!);
        return fork;
    }

    private Task<JsonNode> EndedAsync(string run) => Eventually.GetAsync(
        () => Api.GetAsync(Http, $"/api/runs/{run}"), static trace => trace["completed_at"] is not null, "the fork ends");

    private Task<JsonNode> PromoteAsync(string run) => Api.PostAsync(Http, $"/api/runs/{run}/promote", "{}");

    private async Task<string> RefusedAsync(string run, HttpStatusCode status) =>
        (string)(await Api.PostAsync(Http, $"/api/runs/{run}/promote", "{}", status))["code"]!;

    private async Task<IReadOnlyList<string>> TextsAsync(string conversation, string order) =>
    [
        .. (await Api.GetAsync(Http, $"/v1/conversations/{conversation}/items?limit=100&order={order}"))["data"]!.AsArray()
            .Select(static item => (string)item!["content"]![0]!["text"]!),
    ];

    private async Task<IReadOnlyList<string>> ToldAsync(string run) =>
    [
        .. (await Api.GetAsync(Http, $"/api/runs/{run}/steps/2"))["input"]!["messages"]!.AsArray().Select(static message => (string)message!["text"]!),
    ];

    private async Task AssertReplaysAsync(string run)
    {
        var replay = await Api.PostAsync(Http, $"/api/runs/{run}/replay", "{}");
        Assert.True((bool)replay["identical"]!, $"{run} {replay.ToJsonString()}");
    }
}
