using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The WebSocket transport of <c>/v1/responses</c>.</summary>
[Collection(OneSiloCollection.Name)]
public sealed class WebSocketTests
{
    private readonly OneSilo _one;
    private readonly PostgreSqlFixture _postgreSql;

    public WebSocketTests(OneSilo one, PostgreSqlFixture postgreSql)
    {
        (_one, _postgreSql) = (one, postgreSql);
        one.Begin();
    }

    [Fact]
    public async Task Create_Turns_AreTheEventsOfServerSentEvents()
    {
        var silo = _one.Silo;
        await using var socket = await ResponseSocketClient.OpenAsync(silo);
        var events = await socket.TurnAsync(ResponseSocketClient.Create("the same"));
        var run = Id(events);
        var told = await EventReader.ReadAsync(silo.Http, EventReader.Resume(run, null));
        Assert.Equal("response.completed", (string)events[^1]["type"]!);
        Assert.Equal(told.Select(static next => next.ToJsonString()), events.Select(static next => next.ToJsonString()));

        // On to the next turn of the same connection, and of another one.
        var second = await socket.TurnAsync(ResponseSocketClient.Create("go on", previous: run));
        await socket.CloseAsync();
        await using var other = await ResponseSocketClient.OpenAsync(silo);
        var third = await other.TurnAsync(ResponseSocketClient.Create("and on", previous: Id(second)));
        Assert.Equal("response.completed", (string)third[^1]["type"]!);
        Assert.Equal(5, _one.Vendor.Calls.Single(static call => call.LastMessage == "and on").Messages.Count);
    }

    [Fact]
    public async Task Create_SecondWhileOneRuns_WaitsForItsEnd()
    {
        var silo = _one.Silo;
        var gate = new TaskCompletionSource();
        _one.Vendor.Behave = call => new Behaviour { Gate = call.LastMessage == "the first of two" ? gate.Task : null };
        await using var socket = await ResponseSocketClient.OpenAsync(silo);
        await socket.SendAsync(ResponseSocketClient.Create("the first of two"));
        await socket.SendAsync("not json");
        await socket.SendAsync(ResponseSocketClient.Create("the second of two"));
        Assert.Equal("response.created", (string)(await socket.ReadAsync())!["type"]!);
        await Eventually.TrueAsync(() => _one.Vendor.CountOf("the first of two") == 1, "the first response runs");
        Assert.Equal(0, _one.Vendor.CountOf("the second of two"));
        gate.SetResult();
        var first = await socket.ReadResponseAsync();
        var error = await socket.ReadResponseAsync();
        var second = await socket.ReadResponseAsync();
        Assert.Equal("response.completed", (string)first[^1]["type"]!);
        AssertError(Assert.Single(error), 400, "invalid_request");
        Assert.Equal("response.created", (string)second[0]["type"]!);
        Assert.Contains("the second of two", Api.Text(second[^1]["response"]!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_TwoLanes_RunAtOnceAndNameTheirEvents()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, _postgreSql);
        await using var silo = await deployment.StartAsync(null, ("OrleansAi:Http:MaxWebSocketLanes", "2"));
        var gate = new TaskCompletionSource();
        deployment.Vendor.Behave = call => new Behaviour { Gate = call.LastMessage == "slow" ? gate.Task : null };
        await using var socket = await ResponseSocketClient.OpenAsync(silo);
        await socket.SendAsync(ResponseSocketClient.Create("slow", lane: "a"));
        await Eventually.TrueAsync(() => deployment.Vendor.CountOf("slow") == 1, "the slow response runs");
        await socket.SendAsync(ResponseSocketClient.Create("fast", lane: "b \"東\""));
        var events = new List<JsonNode>();
        while (!events.Any(static next => EventReader.IsTerminal(next)))
        {
            events.Add((await socket.ReadAsync())!);
        }

        Assert.Equal("b \"東\"", (string)events[^1]["stream_id"]!);
        AssertError(Assert.Single(await socket.TurnAsync(ResponseSocketClient.Create("x", lane: "c"))), 400, "websocket_stream_limit_reached");
        gate.SetResult();
        var slow = await socket.ReadResponseAsync();
        Assert.All(slow, static next => Assert.Equal("a", (string)next["stream_id"]!));
        Assert.Equal("response.completed", (string)slow[^1]["type"]!);
    }

    [Theory]
    [InlineData("[]", 400, "invalid_request", null)]
    [InlineData("{", 400, "invalid_request", null)]
    [InlineData("""{"type":"response.steer","steer":{}}""", 400, "invalid_request", "type")]
    [InlineData("""{"input":"x"}""", 400, "invalid_request", "type")]
    [InlineData("""{"type":"response.create","input":"x","stream":false}""", 400, "invalid_request", "stream")]
    [InlineData("""{"type":"response.create","input":"x","stream_options":{"include_obfuscation":false}}""", 400, "invalid_request", "stream_options")]
    [InlineData("""{"type":"response.create","input":"x","background":true}""", 400, "invalid_request", "background")]
    [InlineData("""{"type":"response.create","input":"x","generate":false}""", 400, "invalid_request", "generate")]
    [InlineData("""{"type":"response.create","input":"x","stream_id":7}""", 400, "invalid_request", "stream_id")]
    [InlineData("""{"type":"response.create","input":"x","nonsense":7}""", 400, "invalid_request", "nonsense")]
    [InlineData("""{"type":"response.create","input":"x","model":"none"}""", 404, "model_not_found", "model")]
    [InlineData("""{"type":"response.create","input":"x","conversation":"conv_none"}""", 404, "conversation_not_found", null)]
    [InlineData("""{"type":"response.create","input":"x","previous_response_id":"resp_none"}""", 404, "previous_response_not_found", "previous_response_id")]
    public async Task Create_Wrong_IsAnErrorAndTheConnectionGoesOn(string message, int status, string code, string? param)
    {
        var silo = _one.Silo;
        await using var socket = await ResponseSocketClient.OpenAsync(silo);
        await socket.SendAsync(message);
        var error = Assert.Single(await socket.ReadResponseAsync());
        AssertError(error, status, code);
        Assert.Equal(param, (string?)error["error"]!["param"]);
        var events = await socket.TurnAsync(ResponseSocketClient.Create("still here"));
        Assert.Equal("response.completed", (string)events[^1]["type"]!);
    }

    [Fact]
    public async Task Message_BinaryOrTooLargeOrTooMany_IsRefused()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, _postgreSql);
        await using var silo = await deployment.StartAsync(
            null, ("OrleansAi:Http:MaxBodyBytes", "2048"), ("OrleansAi:Http:MaxWebSocketPending", "2"));
        await using (var socket = await ResponseSocketClient.OpenAsync(silo))
        {
            await socket.SendAsync("{}"u8.ToArray(), WebSocketMessageType.Binary);
            AssertError((await socket.ReadAsync())!, 400, "invalid_request");
            Assert.Null(await socket.ReadAsync());
            Assert.Equal(WebSocketCloseStatus.InvalidMessageType, socket.CloseStatus);
        }

        await using (var socket = await ResponseSocketClient.OpenAsync(silo))
        {
            await socket.SendAsync(ResponseSocketClient.Create(new string('x', 5_000)));
            AssertError((await socket.ReadAsync())!, 413, "request_too_large");
            Assert.Null(await socket.ReadAsync());
            Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.CloseStatus);
        }

        var gate = new TaskCompletionSource();
        deployment.Vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        await using (var socket = await ResponseSocketClient.OpenAsync(silo))
        {
            await socket.SendAsync(ResponseSocketClient.Create("one"));
            await socket.SendAsync(ResponseSocketClient.Create("two"));
            await socket.SendAsync(ResponseSocketClient.Create("three"));
            AssertError((await socket.ReadResponseAsync())[^1], 429, "overloaded");
            gate.SetResult();
            Assert.Contains("one", Api.Text((await socket.ReadResponseAsync())[^1]["response"]!), StringComparison.Ordinal);
            Assert.Contains("two", Api.Text((await socket.ReadResponseAsync())[^1]["response"]!), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Handshake_NoUpgradeOrOtherOriginOrNoPlace_IsRefused()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, _postgreSql);
        await using var silo = await deployment.StartAsync(null, ("OrleansAi:Http:MaxOpenStreams", "1"));
        using (var plain = await silo.Http.GetAsync("/v1/responses"))
        {
            Assert.Equal(HttpStatusCode.UpgradeRequired, plain.StatusCode);
            Assert.Equal("invalid_request", (string)JsonNode.Parse(await plain.Content.ReadAsStringAsync())!["error"]!["code"]!);
        }

        await Assert.ThrowsAsync<WebSocketException>(() => ResponseSocketClient.OpenAsync(silo, ("Origin", "https://elsewhere.example")));
        await Assert.ThrowsAsync<WebSocketException>(() => ResponseSocketClient.OpenAsync(silo, ("Idempotency-Key", "k")));
        await using var socket = await ResponseSocketClient.OpenAsync(silo, ("Origin", silo.Url));
        Assert.Equal("response.completed", (string)(await socket.TurnAsync(ResponseSocketClient.Create("a place")))[^1]["type"]!);

        // The one place is taken: no second connection, no stream, and nothing of it was admitted.
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => ResponseSocketClient.OpenAsync(silo));
        Assert.Contains("503", refused.Message, StringComparison.Ordinal);
        var conversation = await Api.CreateConversationAsync(silo.Http);
        using (var stream = await silo.Http.SendAsync(Api.Turn(conversation, "no place", stream: true)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, stream.StatusCode);
            Assert.Equal("5", stream.Headers.RetryAfter!.ToString());
        }

        Assert.Empty(await Api.RunsAsync(silo.Http, conversation));
        await socket.CloseAsync();
        await Eventually.TrueAsync(
            async () => (await silo.Http.SendAsync(Api.Turn(conversation, "a place again", stream: true))).IsSuccessStatusCode, "the place is free");
    }

    private static string Id(List<JsonNode> events) => (string)events[0]["response"]!["id"]!;

    private static void AssertError(JsonNode error, int status, string code)
    {
        Assert.Equal("error", (string)error["type"]!);
        Assert.Equal((status, code), ((int)error["status"]!, (string)error["error"]!["code"]!));
        Assert.NotEmpty((string)error["error"]!["message"]!);
    }
}
