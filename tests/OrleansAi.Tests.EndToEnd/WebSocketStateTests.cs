using System.Net;
using System.Text.Json.Nodes;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>What a WebSocket keeps of responses that are not stored (Open Responses 2026-04-24, connection-local state).</summary>
[Collection(OneSiloCollection.Name)]
public sealed class WebSocketStateTests : IDisposable
{
    private readonly OneSilo _one;

    public WebSocketStateTests(OneSilo one)
    {
        _one = one;
        _one.Begin();
    }

    public void Dispose() => _one.Begin();

    [Fact]
    public async Task Continue_ResponsesThatAreNotStored_TheModelSeesTheWholeChain()
    {
        await using var socket = await ResponseSocketClient.OpenAsync(_one.Silo);
        var first = await EndAsync(socket, NotStored("my name is Ada"));
        var second = await EndAsync(socket, NotStored("I am 36", Id(first)));
        Assert.Equal((Id(first), false), ((string)second["previous_response_id"]!, (bool)second["store"]!));
        await Api.GetAsync(_one.Silo.Http, $"/v1/responses/{Id(first)}", HttpStatusCode.NotFound);

        // What is stored at the end of the chain stands for itself, for everybody.
        var third = await EndAsync(socket, ResponseSocketClient.Create("who am I?", Id(second)));
        Assert.Equal(
            ["my name is Ada", Api.Text(first), "I am 36", Api.Text(second), "who am I?"],
            _one.Vendor.Calls.Last().Messages.Select(static message => message.Text));
        Assert.Equal(Id(second), (string)(await Api.GetAsync(_one.Silo.Http, $"/v1/responses/{Id(third)}"))["previous_response_id"]!);
        await using var other = await ResponseSocketClient.OpenAsync(_one.Silo);
        await EndAsync(other, ResponseSocketClient.Create("and further", Id(third)));
        Assert.Equal(7, _one.Vendor.Calls.Last().Messages.Count);
    }

    [Fact]
    public async Task Continue_BehindAResponseThatIsStored_TheModelSeesBothParts()
    {
        await using var socket = await ResponseSocketClient.OpenAsync(_one.Silo);
        var stored = await EndAsync(socket, ResponseSocketClient.Create("stored"));
        var second = await EndAsync(socket, NotStored("not stored", Id(stored)));
        var third = await EndAsync(socket, NotStored("nor this", Id(second)));
        var fourth = await EndAsync(socket, NotStored("nor that", Id(third)));
        Assert.Equal(Id(third), (string)fourth["previous_response_id"]!);
        Assert.Equal(
            ["stored", Api.Text(stored), "not stored", Api.Text(second), "nor this", Api.Text(third), "nor that"],
            _one.Vendor.Calls.Last().Messages.Select(static message => message.Text));
    }

    [Fact]
    public async Task Continue_InAnotherLane_ForksTheChain()
    {
        await using var socket = await ResponseSocketClient.OpenAsync(_one.Silo);
        var first = await EndAsync(socket, NotStored("the trunk", lane: "a"));
        await EndAsync(socket, NotStored("a branch", Id(first), lane: "b"));
        Assert.Equal(3, _one.Vendor.Calls.Last().Messages.Count);
        await EndAsync(socket, NotStored("another branch", Id(first), lane: "a"));
        Assert.Equal(3, _one.Vendor.Calls.Last().Messages.Count);

        // The lane has a newer one now.
        await AssertGoneAsync(socket, Id(first));
    }

    [Fact]
    public async Task Continue_OnAnotherConnection_IsNotFound()
    {
        await using var socket = await ResponseSocketClient.OpenAsync(_one.Silo);
        var first = await EndAsync(socket, NotStored("only here"));
        await using var other = await ResponseSocketClient.OpenAsync(_one.Silo);
        await AssertGoneAsync(other, Id(first));
        await EndAsync(socket, NotStored("still here", Id(first)));
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("failed")]
    public async Task Continue_AfterATurnThatFailed_IsNotFound(string how)
    {
        _one.Vendor.Behave = static call => new Behaviour { Status = call.LastMessage == "failed" ? 400 : 200 };
        await using var socket = await ResponseSocketClient.OpenAsync(_one.Silo);
        var first = await EndAsync(socket, NotStored("a beginning"));
        var message = NotStored(how, Id(first));
        message["model"] = how == "refused" ? "none" : null;
        var end = (await socket.TurnAsync(message))[^1];
        Assert.Equal(how == "refused" ? "error" : "response.failed", (string)end["type"]!);
        await AssertGoneAsync(socket, Id(first));
    }

    [Fact]
    public async Task Continue_MoreThanAConnectionMayKeep_IsNotFound()
    {
        await using var front = await InProcessFront.StartAsync(_one.GatewayPort, ("OrleansAi:Http:MaxWebSocketStateBytes", "32000"));
        await using var socket = await ResponseSocketClient.OpenAsync(front.Url);
        var small = await EndAsync(socket, NotStored("small"));
        var large = await EndAsync(socket, NotStored(new string('x', 2_000), Id(small)));
        await AssertGoneAsync(socket, Id(large));
    }

    private static JsonObject NotStored(string text, string? previous = null, string? lane = null)
    {
        var message = ResponseSocketClient.Create(text, previous, lane);
        message["store"] = false;
        return message;
    }

    private static async Task<JsonNode> EndAsync(ResponseSocketClient socket, JsonNode message)
    {
        var end = (await socket.TurnAsync(message))[^1];
        Assert.True((string)end["type"]! == "response.completed", end.ToJsonString());
        return end["response"]!;
    }

    private static async Task AssertGoneAsync(ResponseSocketClient socket, string id)
    {
        var error = Assert.Single(await socket.TurnAsync(NotStored("go on", id)));
        Assert.Equal((404, "previous_response_not_found"), ((int)error["status"]!, (string)error["error"]!["code"]!));
    }

    private static string Id(JsonNode response) => (string)response["id"]!;
}
