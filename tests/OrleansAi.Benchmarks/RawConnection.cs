using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansAi.Benchmarks;

/// <summary>
/// One connection that posts a body and reads the answer with as little work as can be: on two processors a full HTTP client
/// at four times the server's rate would measure itself.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[32 * 1024];

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <summary>A request, ready to be sent.</summary>
    public static byte[] Request(string path, string body) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>Sends a request and reads the answer to its last byte.</summary>
    /// <returns>The status.</returns>
    public async Task<int> SendAsync(byte[] request)
    {
        await _socket.SendAsync(request);
        var (filled, end) = (0, -1);
        while (end < 0)
        {
            filled += await ReadAsync(filled);
            end = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
        }

        var status = int.Parse(_buffer.AsSpan(9, 3), CultureInfo.InvariantCulture);
        var body = end + 4;
        if (Length(_buffer.AsSpan(0, end)) is { } length)
        {
            while (filled < body + length)
            {
                filled += await ReadAsync(filled);
            }
        }
        else
        {
            while (!_buffer.AsSpan(body, filled - body).EndsWith("0\r\n\r\n"u8))
            {
                filled += await ReadAsync(filled);
            }
        }

        return status;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReadAsync(int filled)
    {
        var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
        return read > 0 ? read : throw new InvalidOperationException("The server closed the connection.");
    }

    private static int? Length(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return null;
        }

        var rest = head[(at + 16)..];
        var stop = rest.IndexOf((byte)'\r');
        return int.Parse(stop < 0 ? rest : rest[..stop], CultureInfo.InvariantCulture);
    }
}
