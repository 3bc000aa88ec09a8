using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Clients that ask for a stream, read its first event and nothing more.</summary>
[Collection(Alone.Name)]
public sealed class SlowReaderTests(PostgreSqlFixture postgreSql)
{
    private const int Clients = 24;
    private const int Samples = 3;
    private const long MostPerClient = 512 << 10;
    private const long MostLeft = 8 << 20;

    // In thousands of events, as a model writes.
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 2_000).Select(static i => new string((char)('a' + (i % 26)), 250)));

    [Theory]
    [InlineData("SSE")]
    [InlineData("WebSocket")]
    public async Task Stream_ClientsDoNotRead_HoldLittleAndAreCut(string transport)
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        deployment.Vendor.Behave = static call => call.LastMessage == "long"
            ? new Behaviour { Answer = Long, ChunkDelay = TimeSpan.FromMilliseconds(1) }
            : new Behaviour();
        await using var silo = await deployment.StartAsync();
        var message = ResponseSocketClient.Create("long");
        message["orleansai:idempotency_key"] = "one";
        string id;
        await using (var first = await ResponseSocketClient.OpenAsync(silo))
        {
            id = (string)(await first.TurnAsync(message))[0]["response"]!["id"]!;
        }

        // All of them ask for the one run that has ended: what is measured is what streams hold, not what runs do.
        var size = await SizeAsync(silo.Http, id);
        var held = await HoldAsync(deployment.GatewayPort, transport, id, message);
        var left = await CutAsync(deployment.GatewayPort, transport, id, message);
        Report.Write(
            $"slow-readers-{transport}",
            $"{Clients} clients that do not read, {size.Bytes / 1_000} kB for each: the front held {held / 1_000} kB while they were there and {left / 1_000} kB after they were cut.");
        Assert.InRange(held, long.MinValue, Clients * MostPerClient);
        Assert.True(size.Bytes > 3 * MostPerClient, $"The stream has only {size.Bytes} bytes.");

        // The run is as it was, and the server serves.
        Assert.Equal(size, await SizeAsync(silo.Http, id));
        await using var again = await ResponseSocketClient.OpenAsync(silo);
        Assert.Equal("response.completed", (string)(await again.TurnAsync(ResponseSocketClient.Create("and you?", previous: id)))[^1]["type"]!);
    }

    // A front that is patient, so that all clients are there while it is looked at.
    private static async Task<long> HoldAsync(int gateway, string transport, string id, JsonObject message)
    {
        await using var front = await InProcessFront.StartAsync(gateway, ("OrleansAi:Http:SlowReaderSeconds", "60"));
        var sockets = new List<Socket>();
        var before = await WarmAsync(front, transport, id, message);
        try
        {
            await OpenAsync(front, transport, id, message, Clients, sockets);

            // What they were sent has come to a stop once a collection finds nothing more on its way to them.
            var waiting = -1;
            await Eventually.TrueAsync(
                () =>
                {
                    var now = sockets.Sum(static socket => socket.Available);
                    InProcessFront.HeapBytes();
                    return now == Interlocked.Exchange(ref waiting, now);
                },
                "nothing more is sent");
            var held = Enumerable.Range(0, Samples).Select(_ => InProcessFront.HeapBytes() - before).Min();
            Assert.DoesNotContain(sockets, RawSocket.IsReset);
            return held;
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    private static async Task<long> CutAsync(int gateway, string transport, string id, JsonObject message)
    {
        await using var front = await InProcessFront.StartAsync(gateway, ("OrleansAi:Http:SlowReaderSeconds", "2"));
        var sockets = new List<Socket>();
        var before = await WarmAsync(front, transport, id, message);
        try
        {
            await OpenAsync(front, transport, id, message, Clients, sockets);
            await Eventually.TrueAsync(() => sockets.All(RawSocket.IsReset), "all are cut");
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }

        // Each is told once, and none as an error.
        await Eventually.TrueAsync(() => front.Logs.CountOf(transport == "SSE" ? 5003 : 5005) == Clients, "all cuts are logged");
        Assert.Empty(front.Logs.Errors);

        // Pools give back what they hold some time after.
        return await Eventually.GetAsync(
            () => Task.FromResult(InProcessFront.HeapBytes() - before), static left => left <= MostLeft, "the front has let go of what it held", 60);
    }

    // The heap once all code that a client needs has run.
    private static async Task<long> WarmAsync(InProcessFront front, string transport, string id, JsonObject message)
    {
        var sockets = new List<Socket>();
        await OpenAsync(front, transport, id, message, 1, sockets);
        sockets.ForEach(static socket => socket.Dispose());
        return Enumerable.Range(0, Samples).Select(static _ => InProcessFront.HeapBytes()).Min();
    }

    private static async Task OpenAsync(
        InProcessFront front, string transport, string id, JsonObject message, int clients, List<Socket> sockets)
    {
        for (var i = 0; i < clients; i++)
        {
            var socket = await RawSocket.OpenAsync(front.Url, receiveBuffer: 8_192);
            sockets.Add(socket);
            if (transport == "SSE")
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /v1/responses/{id}?stream=true HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                Assert.StartsWith("HTTP/1.1 200 ", await RawSocket.ReadHeadAsync(socket), StringComparison.Ordinal);
                Assert.Contains("response.created", await RawSocket.ReadUntilAsync(socket, "\n\n"), StringComparison.Ordinal);
            }
            else
            {
                await socket.SendAsync(RawSocket.Handshake);
                Assert.StartsWith("HTTP/1.1 101 ", await RawSocket.ReadHeadAsync(socket), StringComparison.Ordinal);
                await socket.SendAsync(RawSocket.Frame(message.ToJsonString()));
                Assert.Contains("response.created", await RawSocket.ReadFrameAsync(socket), StringComparison.Ordinal);
            }
        }
    }

    private static async Task<(int Count, long Bytes)> SizeAsync(HttpClient http, string id)
    {
        var events = await EventReader.ReadAsync(http, EventReader.Resume(id, null));
        return (events.Count, events.Sum(static next => (long)next.ToJsonString().Length));
    }
}
