using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Clients that ask for a stream and do not read it.</summary>
public sealed class SlowReaderTests(PostgreSqlFixture postgreSql)
{
    private const int Clients = 24;
    private const long MostPerClient = 512 << 10;
    private const long MostLeft = 8 << 20;

    // In thousands of events, as a model writes.
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 2_000).Select(static i => new string((char)('a' + (i % 26)), 250)));

    [Theory]
    [InlineData("SSE")]
    [InlineData("WebSocket")]
    public async Task Stream_ClientsDoNotRead_AreCutAndHoldLittle(string transport)
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        deployment.Vendor.Behave = static call => call.LastMessage == "long"
            ? new Behaviour { Answer = Long, ChunkDelay = TimeSpan.FromMilliseconds(1) }
            : new Behaviour();
        await using var silo = await deployment.StartAsync();
        await using var front = await InProcessFront.StartAsync(deployment.GatewayPort, ("OrleansAi:Http:SlowReaderSeconds", "3"));
        var message = ResponseSocketClient.Create("long");
        message["orleansai:idempotency_key"] = "one";
        string id;
        await using (var first = await ResponseSocketClient.OpenAsync(front.Url))
        {
            id = (string)(await first.TurnAsync(message))[0]["response"]!["id"]!;
        }

        // All of them ask for the one run that has ended: what is measured is what streams hold, not what runs do.
        var (count, bytes) = await SizeAsync(front, id);
        var before = InProcessFront.HeapBytes();
        var held = long.MaxValue;
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Clients; i++)
            {
                var socket = await RawSocket.OpenAsync(front.Url, receiveBuffer: 8_192);
                sockets.Add(socket);
                await AskAsync(socket, transport, id, message);
            }

            await Eventually.TrueAsync(
                () =>
                {
                    // The least while all are there: more than that is work on its way.
                    var now = InProcessFront.HeapBytes() - before;
                    held = sockets.Any(RawSocket.IsReset) ? held : Math.Min(held, now);
                    return sockets.All(RawSocket.IsReset);
                },
                "all are cut");
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }

        // Pools give back what they hold some time after.
        var left = await Eventually.GetAsync(
            () => Task.FromResult(InProcessFront.HeapBytes() - before), static left => left <= MostLeft, "the front has let go of what it held", 60);
        Report.Write(
            $"slow-readers-{transport}",
            $"{Clients} clients that do not read, {bytes / 1_000} kB for each: the front held {held / 1_000} kB while they were there and {left / 1_000} kB after they were cut.");
        Assert.InRange(held, long.MinValue, Clients * MostPerClient);
        Assert.True(bytes > 3 * MostPerClient, $"The stream has only {bytes} bytes.");

        // The run is as it was, and the server serves.
        Assert.Equal((count, bytes), await SizeAsync(front, id));
        await using var again = await ResponseSocketClient.OpenAsync(front.Url);
        Assert.Equal("response.completed", (string)(await again.TurnAsync(ResponseSocketClient.Create("and you?", previous: id)))[^1]["type"]!);
    }

    private static async Task AskAsync(Socket socket, string transport, string id, JsonObject message)
    {
        if (transport == "SSE")
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /v1/responses/{id}?stream=true HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            return;
        }

        await socket.SendAsync(RawSocket.Handshake);
        await RawSocket.ReadHeadAsync(socket);
        await socket.SendAsync(RawSocket.Frame(message.ToJsonString()));
    }

    private static async Task<(int Count, long Bytes)> SizeAsync(InProcessFront front, string id)
    {
        var events = await EventReader.ReadAsync(front.Http, EventReader.Resume(id, null));
        return (events.Count, events.Sum(static next => (long)next.ToJsonString().Length));
    }
}
