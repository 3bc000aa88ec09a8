using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Chat completions that are listed, found, changed and deleted.</summary>
public sealed class StoredCompletionTests(ClientsFixture clients) : IClassFixture<ClientsFixture>
{
    [Fact]
    public async Task List_AmongUnlisted_HasEachStoredCompletionOnceWithAllItsChoices()
    {
        using var http = Http();
        var made = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            await CreateAsync(http, "not listed", "");
            await CreateAsync(http, "kept for nobody", "\"store\":false,");
            made.Add(await CreateAsync(http, $"listed {i}", $$"""
                "store":true,"n":{{(i == 2 ? 3 : 1)}},"metadata":{"i":"{{i}}","odd":"{{i % 2}}"},
                """, i == 3 ? "responses" : "default"));
        }

        var all = await Api.GetAsync(http, "/v1/chat/completions?limit=100");
        Assert.Equal(made, Ids(all));
        Assert.False((bool)all["has_more"]!);
        Assert.Equal([1, 1, 3, 1], all["data"]!.AsArray().Select(static one => one!["choices"]!.AsArray().Count));
        Assert.Equal(Enumerable.Reverse(made), Ids(await Api.GetAsync(http, "/v1/chat/completions?order=desc")));
        var page = await Api.GetAsync(http, $"/v1/chat/completions?limit=2&after={made[0]}");
        Assert.Equal((made[1], made[2], true), ((string)page["first_id"]!, (string)page["last_id"]!, (bool)page["has_more"]!));
        Assert.Equal([made[3]], Ids(await Api.GetAsync(http, "/v1/chat/completions?model=responses")));
        Assert.Equal([made[1], made[3]], Ids(await Api.GetAsync(http, "/v1/chat/completions?metadata[odd]=1")));
        Assert.Equal([made[2]], Ids(await Api.GetAsync(http, "/v1/chat/completions?metadata[odd]=0&metadata[i]=2")));
        Assert.Empty(Ids(await Api.GetAsync(http, "/v1/chat/completions?metadata[odd]=2")));

        var three = await Api.GetAsync(http, $"/v1/chat/completions/{made[2]}");
        Assert.Equal([0, 1, 2], three["choices"]!.AsArray().Select(static choice => (int)choice!["index"]!));
        Assert.All(three["choices"]!.AsArray(), static choice => Assert.Equal("echo: listed 2", (string)choice!["message"]!["content"]!));

        // What nobody stored is not to be found either, nor is a choice on its own.
        var runs = (await Api.GetAsync(http, "/api/runs?limit=200"))["data"]!.AsArray().Select(static run => (string)run!["id"]!);
        foreach (var hidden in runs.Where(id => id.StartsWith("chatcmpl-", StringComparison.Ordinal) && !made.Contains(id)))
        {
            await Api.GetAsync(http, $"/v1/chat/completions/{hidden}", HttpStatusCode.NotFound);
        }

        using var deleted = await http.DeleteAsync($"/v1/chat/completions/{made[2]}");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        await Api.GetAsync(http, $"/v1/chat/completions/{made[2]}", HttpStatusCode.NotFound);
        Assert.Equal([made[0], made[1], made[3]], Ids(await Api.GetAsync(http, "/v1/chat/completions")));
        foreach (var gone in made.Except([made[2]]))
        {
            using var answer = await http.DeleteAsync($"/v1/chat/completions/{gone}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Empty(Ids(await Api.GetAsync(http, "/v1/chat/completions")));
    }

    [Fact]
    public async Task Update_Metadata_StaysAsItWasSet()
    {
        using var http = Http();
        var id = await CreateAsync(http, "change me", "\"store\":true,\"metadata\":{\"a\":\"b\"},");
        Assert.Equal("b", (string?)(await Api.GetAsync(http, $"/v1/chat/completions/{id}"))["metadata"]!["a"]);

        foreach (var metadata in new[] { """{"c":"d"}""", "{}" })
        {
            var changed = await Api.PostAsync(http, $"/v1/chat/completions/{id}", $$"""{"metadata":{{metadata}}}""");
            Assert.Equal(metadata, changed["metadata"]!.ToJsonString());
            Assert.Equal(metadata, (await Api.GetAsync(http, $"/v1/chat/completions/{id}"))["metadata"]!.ToJsonString());
        }

        using var deleted = await http.DeleteAsync($"/v1/chat/completions/{id}");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
    }

    [Fact]
    public async Task Messages_CallsOutputsAndImages_AreAllThere()
    {
        using var http = Http();
        var created = await Api.PostAsync(http, "/v1/chat/completions", """
            {"store":true,"messages":[
              {"role":"system","content":"be kind"},
              {"role":"user","name":"ada","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}}]},
              {"role":"assistant","content":"wait","tool_calls":[{"id":"c1","type":"function","function":{"name":"get_weather","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"c1","content":"SUNNY-22"}]}
            """);
        var id = (string)created["id"]!;

        var list = await Api.GetAsync(http, $"/v1/chat/completions/{id}/messages");
        var messages = list["data"]!.AsArray();
        Assert.Equal(["system", "user", "assistant", "tool"], messages.Select(static message => (string)message!["role"]!));
        Assert.Equal(("look", "ada"), ((string)messages[1]!["content"]!, (string)messages[1]!["name"]!));
        Assert.Equal("low", (string)messages[1]!["content_parts"]![1]!["image_url"]!["detail"]!);
        Assert.Equal(("wait", "get_weather"), ((string)messages[2]!["content"]!, (string)messages[2]!["tool_calls"]![0]!["function"]!["name"]!));
        Assert.Equal(("c1", "SUNNY-22"), ((string)messages[3]!["tool_call_id"]!, (string)messages[3]!["content"]!));
        var rest = await Api.GetAsync(http, $"/v1/chat/completions/{id}/messages?order=desc&limit=1&after={messages[2]!["id"]}");
        Assert.Equal(((string)messages[1]!["id"]!, true), ((string)rest["data"]![0]!["id"]!, (bool)rest["has_more"]!));
        var error = await Api.GetAsync(http, $"/v1/chat/completions/{id}/messages?after=msg_none", HttpStatusCode.NotFound);
        Assert.Equal("item_not_found", (string)error["error"]!["code"]!);
        using var deleted = await http.DeleteAsync($"/v1/chat/completions/{id}");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
    }

    [Fact]
    public async Task Create_KeyThatLooksLikeAnotherChoices_IsARequestOfItsOwn()
    {
        using var http = Http();
        await CreateAsync(http, "several", "\"n\":2,", key: "abc");

        Assert.NotEmpty(await CreateAsync(http, "another", "", key: "abc#1"));
    }

    private HttpClient Http() => clients.Http();

    private static IEnumerable<string> Ids(JsonNode list) => list["data"]!.AsArray().Select(static one => (string)one!["id"]!);

    private static async Task<string> CreateAsync(HttpClient http, string text, string more, string model = "default", string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                $$"""{"model":"{{model}}",{{more}}"messages":[{"role":"user","content":"{{text}}"}]}""", System.Text.Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return (string)(await Api.SendAsync(http, request))["id"]!;
    }
}
