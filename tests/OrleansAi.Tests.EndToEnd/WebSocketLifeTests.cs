using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>How WebSockets of <c>/v1/responses</c> end, and what is left of their responses then.</summary>
public sealed class WebSocketLifeTests(PostgreSqlFixture postgreSql) : IAsyncLifetime
{
    private Deployment _deployment = null!;

    public async ValueTask InitializeAsync() => _deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);

    public ValueTask DisposeAsync() => _deployment.DisposeAsync();

    [Fact]
    public async Task Client_VanishesInTheMiddle_TheRunEndsAndIsResumed()
    {
        await using var silo = await _deployment.StartAsync();
        var gate = new TaskCompletionSource();
        _deployment.Vendor.Behave = _ => new Behaviour { ChunkGate = chunk => chunk < 2 ? Task.CompletedTask : gate.Task };
        var before = new List<JsonNode>();
        await using (var socket = await ResponseSocketClient.OpenAsync(silo))
        {
            await socket.SendAsync(ResponseSocketClient.Create("vanishes"));
            while (before.Count < 5)
            {
                before.Add((await socket.ReadAsync())!);
            }

            socket.Abort();
        }

        gate.SetResult();
        var run = (string)before[0]["response"]!["id"]!;
        var after = await EventReader.ReadAsync(silo.Http, EventReader.Resume(run, (long)before[^1]["sequence_number"]!));
        Assert.Equal("response.completed", (string)after[^1]["type"]!);
        var stored = await Api.GetAsync(silo.Http, $"/v1/responses/{run}");
        Assert.Equal(Api.Text(stored), Assert.Single(EventReader.Texts([.. before, .. after])).Value);
        Assert.Equal(1, _deployment.Vendor.Count);
    }

    [Fact]
    public async Task Client_SendsAMessageAgainOnANewConnection_JoinsTheFirstRun()
    {
        await using var silo = await _deployment.StartAsync();
        var gate = new TaskCompletionSource();
        _deployment.Vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        var message = ResponseSocketClient.Create("only once");
        message["orleansai:idempotency_key"] = "k1";
        await using (var socket = await ResponseSocketClient.OpenAsync(silo))
        {
            await socket.SendAsync(message);
            await Eventually.TrueAsync(() => _deployment.Vendor.Count == 1, "the run has begun");
            socket.Abort();
        }

        await using var again = await ResponseSocketClient.OpenAsync(silo);
        await again.SendAsync(message);
        Assert.Equal("response.created", (string)(await again.ReadAsync())!["type"]!);
        gate.SetResult();
        Assert.Equal("response.completed", (string)(await again.ReadResponseAsync())[^1]["type"]!);
        Assert.Equal(1, _deployment.Vendor.Count);
        message["input"] = "another";
        Assert.Equal("idempotency_key_reused", (string)(await again.TurnAsync(message))[^1]["error"]!["code"]!);
    }

    [Fact]
    public async Task Connection_AtTheEndOfItsLifetime_FinishesWhatRunsAndSaysWhy()
    {
        await using var silo = await _deployment.StartAsync(null, ("OrleansAi:Http:WebSocketLifetimeSeconds", "5"));
        await using (var warm = await ResponseSocketClient.OpenAsync(silo))
        {
            await warm.TurnAsync(ResponseSocketClient.Create("the first turn of a process takes longest"));
        }

        var gate = new TaskCompletionSource();
        _deployment.Vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        await using var socket = await ResponseSocketClient.OpenAsync(silo);
        await socket.SendAsync(ResponseSocketClient.Create("runs", lane: "a"));
        Assert.Equal("response.created", (string)(await socket.ReadAsync())!["type"]!);

        // Ends only when the limit is reached: until then turns are taken, and held by the gate.
        var refused = await Eventually.GetAsync(
            async () =>
            {
                await socket.SendAsync(new JsonObject { ["type"] = "nothing" });
                return (await socket.ReadAsync())!;
            },
            static next => (string?)next["error"]?["code"] == "websocket_connection_limit_reached",
            "the lifetime ends");

        Assert.Equal(400, (int)refused["status"]!);
        gate.SetResult();
        var rest = new List<JsonNode>();
        while (await socket.ReadAsync() is { } next)
        {
            rest.Add(next);
        }

        Assert.Equal("response.completed", (string)Assert.Single(rest, EventReader.IsTerminal)["type"]!);
        Assert.Equal("websocket_connection_limit_reached", (string)rest[^1]["error"]!["code"]!);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
    }

    [Fact]
    public async Task Server_Stops_FinishesWhatRunsAndCloses()
    {
        await using var silo = await _deployment.StartAsync();
        var gate = new TaskCompletionSource();
        _deployment.Vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        await using var idle = await ResponseSocketClient.OpenAsync(silo);
        await using var busy = await ResponseSocketClient.OpenAsync(silo);
        await busy.SendAsync(ResponseSocketClient.Create("runs"));
        await Eventually.TrueAsync(() => _deployment.Vendor.Count == 1, "the run has begun");
        var stopped = silo.TerminateAsync();
        var goodbye = (await idle.ReadAsync())!;
        Assert.Equal((503, "overloaded"), ((int)goodbye["status"]!, (string)goodbye["error"]!["code"]!));
        Assert.Null(await idle.ReadAsync());
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, idle.CloseStatus);
        gate.SetResult();
        Assert.Equal("response.completed", (string)(await busy.ReadResponseAsync())[^1]["type"]!);
        Assert.Equal("overloaded", (string)(await busy.ReadAsync())!["error"]!["code"]!);
        Assert.Null(await busy.ReadAsync());
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task Client_AnswersNoPing_IsCutAndOneThatDoesIsNot()
    {
        await using var silo = await _deployment.StartAsync(
            null, ("OrleansAi:Http:KeepAliveSeconds", "1"), ("OrleansAi:Http:SlowReaderSeconds", "5"));
        await using var living = await ResponseSocketClient.OpenAsync(silo);

        // Its client library answers pings while it reads.
        var silent = living.ReadAsync();
        using var dead = await HandshakeAsync(silo);
        using var unfinished = await HandshakeAsync(silo);

        // The beginning of a text message of five bytes whose end never comes.
        await unfinished.SendAsync(new byte[] { 0x01, 0x81, 0, 0, 0, 0, (byte)'{' });
        await Task.WhenAll(RawSocket.ReadToEndAsync(dead), RawSocket.ReadToEndAsync(unfinished));
        Assert.False(silent.IsCompleted);
        await living.SendAsync(ResponseSocketClient.Create("alive"));
        Assert.Equal("response.created", (string)(await silent)!["type"]!);
    }

    private static async Task<Socket> HandshakeAsync(SiloProcess silo)
    {
        var socket = await RawSocket.OpenAsync(silo.Url);
        await socket.SendAsync(RawSocket.Handshake);
        Assert.StartsWith("HTTP/1.1 101 ", await RawSocket.ReadHeadAsync(socket), StringComparison.Ordinal);
        return socket;
    }
}
