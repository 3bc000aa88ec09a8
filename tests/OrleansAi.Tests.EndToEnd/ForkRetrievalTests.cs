using System.Net;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Forks of runs that searched: what was found then is taken, unless the caller asks for another search.</summary>
public sealed class ForkRetrievalTests : SimulatedSiloTests
{
    private const string Fact = "The lighthouse of Hirado was painted green in 1931.";
    private const string Later = "The lighthouse of Hirado was painted white in 1958.";
    private const string Question = "When was the lighthouse of Hirado painted?";

    protected override void Configure(Dictionary<string, string> settings)
    {
        Simulator.Respond = static _ => new Reply { Text = "It was painted 【1†source】." };
        AddEveryWire(settings);
        settings["OrleansAi:Models:narrow:Candidates:0:Vendor"] = "chat";
        settings["OrleansAi:Models:narrow:Candidates:0:Model"] = "narrow-model";
        settings["OrleansAi:Models:narrow:Retrieval:MaxTokens"] = "100";
    }

    [Fact]
    public async Task Fork_OfARunThatSearched_IsToldWhatWasFoundThen()
    {
        var (store, file) = await StoreAsync(Fact);
        var origins = new Dictionary<string, JsonNode>();
        foreach (var stream in (bool[])[false, true])
        {
            var origin = await AskAsync(store, stream);
            origins[origin] = await RetrievalAsync(origin);
        }

        await AddFileAsync(store, Later);
        foreach (var (origin, then) in origins)
        {
            // Another model, another route with other limits, and a later beginning: none of them changes what was found.
            foreach (var body in (string[])["{}", """{"overrides":{"model":"anthropic"}}""", """{"overrides":{"model":"narrow"}}""", """{"from":2}""", """{"from":3}""",
                """{"from":4,"overrides":{"temperature":1}}""", """{"from":3,"tools":{"default":"live"}}""", """{"tools":{"default":"deny"}}"""])
            {
                var fork = await ForkAsync(origin, body);
                var now = await RetrievalAsync(fork);
                Assert.True(JsonNode.DeepEquals(then, now), $"{body}: {then.ToJsonString()} and {now.ToJsonString()}");
                var trace = await Api.GetAsync(Http, $"/api/runs/{fork}");
                Assert.Equal(
                    ["admission", "embedding", "retrieval", "prompt_assembly", "model_execution", "completion"],
                    trace["steps"]!.AsArray().Select(static step => (string)step!["stage"]!));
                Assert.All([1, 2], step => Assert.True((bool)trace["steps"]![step]!["given"]!, body));
                Assert.Equal(file, (string?)Output(await Api.GetAsync(Http, $"/v1/responses/{fork}"))["annotations"]![0]!["file_id"]);
                var told = (await Api.GetAsync(Http, $"/api/runs/{fork}/steps/4"))["input"]!["messages"]!.ToJsonString();
                Assert.Contains(Fact, told, StringComparison.Ordinal);
                Assert.DoesNotContain(Later, told, StringComparison.Ordinal);
                await AssertReplaysAsync(fork, body);
            }
        }

        // A fork of such a fork has it too, and whoever asks for a live one is told what there is now.
        var first = await ForkAsync(origins.Keys.First(), "{}");
        Assert.True(JsonNode.DeepEquals(origins.Values.First(), await RetrievalAsync(await ForkAsync(first, "{}"))));
        var live = await ForkAsync(first, """{"tools":{"default":"live"}}""");
        Assert.Equal(2, (await RetrievalAsync(live))["passages"]!.AsArray().Count);
        Assert.False((bool)(await Api.GetAsync(Http, $"/api/runs/{live}"))["steps"]![2]!["given"]!);
        await AssertReplaysAsync(live, "live");
    }

    [Fact]
    public async Task Fork_OfARunThatSearched_NeedsTheCollectionNoMore()
    {
        var (store, _) = await StoreAsync(Fact);
        var origin = await AskAsync(store, stream: false);
        using (await Http.DeleteAsync($"/v1/vector_stores/{store}"))
        {
            var fork = await ForkAsync(origin, "{}");
            Assert.Equal("completed", (string?)(await Api.GetAsync(Http, $"/api/runs/{fork}"))["status"]);
            await AssertReplaysAsync(fork, "deleted");
            var live = await ForkAsync(origin, """{"tools":{"default":"live"}}""");
            Assert.Equal("vector_store_not_found", (string?)(await Api.GetAsync(Http, $"/api/runs/{live}"))["steps"]![1]!["outcome"]);

            // A run that failed in its search has nothing to take: its fork searches.
            var again = await ForkAsync(live, "{}");
            Assert.Equal("vector_store_not_found", (string?)(await Api.GetAsync(Http, $"/api/runs/{again}"))["steps"]![1]!["outcome"]);
        }
    }

    [Fact]
    public async Task Fork_AtAnotherVersion_SearchesThereAndSaysSo()
    {
        var (store, _) = await StoreAsync(Fact);
        var origin = await AskAsync(store, stream: false);
        var old = (long)(await RetrievalAsync(origin))["collections"]![0]!["version"]!;
        await AddFileAsync(store, Later);
        var later = await AskAsync(store, stream: true);
        var newest = (long)(await RetrievalAsync(later))["collections"]![0]!["version"]!;
        Assert.True(newest > old);
        foreach (var (run, version, passages) in new[] { (origin, newest, 2), (later, old, 1) })
        {
            foreach (var asked in (string[])[$"{version}", $$"""{"{{store}}":{{version}}}"""])
            {
                var fork = await ForkAsync(run, $$$"""{"overrides":{"collectionVersion":{{{asked}}}}}""");
                var retrieval = await RetrievalAsync(fork);
                Assert.Equal(passages, retrieval["passages"]!.AsArray().Count);
                Assert.Equal(
                    (version, "at_version", "at_version"),
                    ((long)retrieval["collections"]![0]!["version"]!, (string?)retrieval["staleness"], (string?)retrieval["collections"]![0]!["staleness"]));
                var trace = await Api.GetAsync(Http, $"/api/runs/{fork}");
                Assert.Equal(["collection_version"], trace["forked_from"]!["overridden"]!.AsArray().Select(static name => (string)name!));
                Assert.Equal(
                    Enumerable.Repeat(version, passages),
                    trace["steps"]![3]!["context"]!.AsArray().Where(static piece => (string)piece!["kind"]! == "passage").Select(static piece => (long)piece!["source"]!["version"]!));
                await AssertReplaysAsync(fork, asked);
                await AssertDiffersAsync(run, fork, store, passages > 1 ? "in" : "out");
                Assert.True(JsonNode.DeepEquals(retrieval, await RetrievalAsync(await ForkAsync(fork, "{}"))));
            }
        }

        foreach (var (run, body, code, status) in new[]
        {
            (origin, $$$"""{"overrides":{"collectionVersion":{{{newest + 1_000}}}}}""", "version_not_reached", 409),
            (origin, """{"overrides":{"collectionVersion":{"vs_01hzzzzzzzzzzzzzzzzzzzzzzz":1}}}""", "invalid_request", 400),
            (origin, """{"overrides":{"collectionVersion":{}}}""", "invalid_request", 400),
            (origin, """{"overrides":{"collectionVersion":0}}""", "invalid_request", 400),
            (origin, """{"overrides":{"collectionVersion":"new"}}""", "invalid_request", 400),
            (origin, $$$"""{"from":3,"overrides":{"collectionVersion":{{{newest}}}}}""", "invalid_request", 400),
        })
        {
            Assert.Equal(code, (string?)(await Api.PostAsync(Http, $"/api/runs/{run}/fork", body, (HttpStatusCode)status))["code"]);
        }

        using (await Http.DeleteAsync($"/v1/vector_stores/{store}"))
        {
            var refused = await Api.PostAsync(Http, $"/api/runs/{origin}/fork", $$$"""{"overrides":{"collectionVersion":{{{newest}}}}}""", HttpStatusCode.NotFound);
            Assert.Equal("vector_store_not_found", (string?)refused["code"]);
        }
    }

    // The search, and the manifest of what the model was told, say what the other version changed; all else of the two is the same.
    private async Task AssertDiffersAsync(string a, string b, string store, string change)
    {
        var diff = await Api.GetAsync(Http, $"/api/runs/{a}/diff/{b}");
        Assert.Equal(
            ["admission", "embedding", "retrieval", "prompt_assembly", "model_execution", "completion"],
            diff["stages"]!.AsArray().Select(static stage => (string)stage!["stage"]!));
        var (retrieval, assembly) = (diff["stages"]![2]!, diff["stages"]![3]!);
        Assert.Contains(retrieval["fields"]!.AsArray(), field => (string)field!["field"]! == $"version of {store}");
        Assert.DoesNotContain(diff["stages"]![1]!["fields"]!.AsArray(), static field => !(bool)field!["measure"]!);
        var found = retrieval["lists"]!.AsArray().Single(static list => (string)list!["field"]! == "passages")!;
        Assert.Contains(found["entries"]!.AsArray(), entry => (string)entry!["change"]! == change && entry[change == "in" ? "text_b" : "text_a"]!.ToString() == Later);
        var context = assembly["lists"]!.AsArray().Single(static list => (string)list!["field"]! == "context")!;
        var piece = Assert.Single(context["entries"]!.AsArray(), entry => (string)entry!["change"]! == change)!;
        Assert.Equal("passage", (string)piece["kind"]!);
        Assert.Contains(" tokens, kept, version ", (string)piece[change == "in" ? "text_b" : "text_a"]!, StringComparison.Ordinal);
        Assert.Contains(assembly["fields"]!.AsArray(), static field => (string)field!["field"]! == "context_tokens" && (bool)field["measure"]!);
    }

    private static JsonNode Output(JsonNode response) => response["output"]!.AsArray().Single(static item => (string)item!["type"]! == "message")!["content"]![0]!;

    private async Task<string> AskAsync(string store, bool stream)
    {
        var (on, tool) = (stream ? "true" : "false", $$"""{"type":"file_search","vector_store_ids":["{{store}}"]}""");
        using var answer = await Http.PostAsync("/v1/responses", new StringContent(
            $$"""{"model":"chat","stream":{{on}},"input":"{{Question}}","tools":[{{tool}}]}""", System.Text.Encoding.UTF8, "application/json"));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return answer.Headers.GetValues("OrleansAi-Run-Id").Single();
    }

    private async Task<JsonNode> RetrievalAsync(string run) =>
        (await Api.GetAsync(Http, $"/api/runs/{run}"))["steps"]!.AsArray().Single(static step => (string)step!["stage"]! == "retrieval")!["retrieval"]!;

    private async Task<string> ForkAsync(string origin, string body)
    {
        var fork = (string)(await Api.PostAsync(Http, $"/api/runs/{origin}/fork", body))["data"]![0]!["id"]!;
        await Eventually.GetAsync(() => Api.GetAsync(Http, $"/api/runs/{fork}"), static trace => trace["completed_at"] is not null, "the fork ends");
        return fork;
    }

    private async Task AssertReplaysAsync(string run, string what)
    {
        var replay = await Api.PostAsync(Http, $"/api/runs/{run}/replay", "{}");
        Assert.True((bool)replay["identical"]!, $"{what} {replay.ToJsonString()}");
        Assert.Equal(0, (int)replay["externalCalls"]!);
    }
}
