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
    private int _filled;

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <summary>A request, ready to be sent.</summary>
    public static byte[] Request(string path, string body) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>The socket, to be asked whether it has something to read.</summary>
    public Socket Socket => _socket;

    /// <summary>When the request was sent that is not answered yet, <see cref="System.Diagnostics.Stopwatch"/> ticks.</summary>
    public long SentAt { get; private set; }

    /// <summary>Sends a request and reads the answer to its last byte.</summary>
    /// <returns>The status.</returns>
    public async Task<int> SendAsync(byte[] request)
    {
        _filled = 0;
        await _socket.SendAsync(request);
        while (true)
        {
            Take(await _socket.ReceiveAsync(_buffer.AsMemory(_filled)));
            if (StatusIfWhole() is { } status)
            {
                return status;
            }
        }
    }

    /// <summary>Sends a request; the answer is read with <see cref="Read"/>.</summary>
    public void Send(byte[] request)
    {
        (_filled, SentAt) = (0, System.Diagnostics.Stopwatch.GetTimestamp());
        _socket.Send(request);
    }

    /// <summary>Reads what there is, which is not nothing.</summary>
    /// <returns>The status; null when more of the answer is to come.</returns>
    public int? Read()
    {
        Take(_socket.Receive(_buffer.AsSpan(_filled)));
        return StatusIfWhole();
    }

    public void Dispose() => _socket.Dispose();

    private void Take(int read) =>
        _filled += read > 0 ? read : throw new InvalidOperationException("The server closed the connection.");

    private int? StatusIfWhole()
    {
        var answer = _buffer.AsSpan(0, _filled);
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var body = answer[(end + 4)..];
        var isWhole = Length(answer[..end]) is { } length ? body.Length >= length : body.EndsWith("0\r\n\r\n"u8);
        return isWhole ? int.Parse(answer.Slice(9, 3), CultureInfo.InvariantCulture) : null;
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
