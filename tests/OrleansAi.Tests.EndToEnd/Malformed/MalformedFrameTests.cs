using System.Net.Sockets;
using System.Text;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Malformed;

/// <summary>WebSocket frames that break RFC 6455.</summary>
public sealed class MalformedFrameTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task Frame_BreaksTheProtocol_EndsTheConnectionAndNoOther()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync(
            null, ("OrleansAi:Http:KeepAliveSeconds", "1"), ("OrleansAi:Http:SlowReaderSeconds", "5"));
        await using var other = await ResponseSocketClient.OpenAsync(silo);

        // Its client library answers pings while it reads.
        var silent = other.ReadAsync();
        (string Name, byte[] Frame)[] frames =
        [
            ("not masked", [0x81, 0x02, .. "{}"u8]), ("reserved bit", [0xc1, 0x82, 0, 0, 0, 0, .. "{}"u8]), ("reserved opcode", [0x83, 0x80, 0, 0, 0, 0]),
            ("reserved control", [0x8b, 0x80, 0, 0, 0, 0]), ("fragmented ping", [0x09, 0x80, 0, 0, 0, 0]), ("large ping", [0x89, 0xfe, 0, 126, 0, 0, 0, 0, .. new byte[126]]),
            ("continuation of nothing", [0x80, 0x82, 0, 0, 0, 0, .. "{}"u8]), ("text inside a text", [0x01, 0x81, 0, 0, 0, 0, (byte)'{', 0x81, 0x81, 0, 0, 0, 0, (byte)'}']),
            ("no UTF-8", [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), ("half a character", [0x81, 0x81, 0, 0, 0, 0, 0xe2]), ("close without a code", [0x88, 0x81, 0, 0, 0, 0, 3]),
            ("close with a wrong code", [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed]), ("close that is no text", [0x88, 0x84, 0, 0, 0, 0, 0x03, 0xe8, 0xff, 0xff]),
            ("negative length", [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), ("not a frame", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n")),
        ];
        await Task.WhenAll(frames.Select(async wrong =>
        {
            using var socket = await RawSocket.OpenAsync(silo.Url);
            await socket.SendAsync(RawSocket.Handshake);
            await RawSocket.ReadHeadAsync(socket);
            await socket.SendAsync(wrong.Frame);
            var answer = await RawSocket.ReadToEndAsync(socket);

            // A closing frame, or nothing; pings where a frame is not wrong but never ends.
            Assert.True(answer.Length == 0 || answer[0] is 0x88 or 0x89, $"{wrong.Name}: {Convert.ToHexString(answer)}");
        }));

        await other.SendAsync(ResponseSocketClient.Create("not disturbed"));
        Assert.Equal("response.created", (string)(await silent)!["type"]!);
        Assert.Equal("response.completed", (string)(await other.ReadResponseAsync())[^1]["type"]!);
        Assert.DoesNotContain("defect", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("unhandled", silo.Output, StringComparison.OrdinalIgnoreCase);
    }
}
