using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A connection whose bytes a test writes and reads, or does not, by itself.</summary>
internal static class RawSocket
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks for a WebSocket of the Responses API.</summary>
    public static ReadOnlyMemory<byte> Handshake { get; } = Encoding.ASCII.GetBytes(
        "GET /v1/responses HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

    public static async Task<Socket> OpenAsync(string url, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }

        await socket.ConnectAsync("127.0.0.1", new Uri(url).Port);
        return socket;
    }

    /// <summary>Reads the head of an answer and not a byte more.</summary>
    public static Task<string> ReadHeadAsync(Socket socket) => ReadUntilAsync(socket, "\r\n\r\n");

    /// <summary>Reads up to and with a text and not a byte more, or to the end.</summary>
    public static async Task<string> ReadUntilAsync(Socket socket, string end)
    {
        using var patience = new CancellationTokenSource(Patience);
        var read = new StringBuilder();
        var one = new byte[1];
        while (!read.ToString().EndsWith(end, StringComparison.Ordinal) && await socket.ReceiveAsync(one.AsMemory(), patience.Token) > 0)
        {
            read.Append((char)one[0]);
        }

        return read.ToString();
    }

    /// <summary>Reads one frame of a server, which is shorter than 64 kB, and not a byte more.</summary>
    /// <returns>Its payload as text.</returns>
    public static async Task<string> ReadFrameAsync(Socket socket)
    {
        var head = await ReadExactlyAsync(socket, 2);
        var length = head[1] == 126 ? BinaryPrimitives.ReadUInt16BigEndian(await ReadExactlyAsync(socket, 2)) : head[1];
        return Encoding.UTF8.GetString(await ReadExactlyAsync(socket, length));
    }

    /// <summary>Judges what was read so far.</summary>
    public delegate bool Judge(ReadOnlySpan<byte> read);

    /// <summary>Reads until the other end closes or resets, or what was read is enough.</summary>
    public static async Task<byte[]> ReadToEndAsync(Socket socket, Judge? isEnough = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var all = new MemoryStream();
        var buffer = new byte[4_096];
        try
        {
            int length;
            while ((length = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token)) > 0)
            {
                all.Write(buffer, 0, length);
                if (isEnough?.Invoke(all.GetBuffer().AsSpan(0, (int)all.Length)) == true)
                {
                    break;
                }
            }
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }

        return all.ToArray();
    }

    /// <summary>True once the other end has reset the connection; takes nothing from what is there to be read.</summary>
    public static bool IsReset(Socket socket) =>
        socket.Poll(0, SelectMode.SelectError) || (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! != 0;

    private static async Task<byte[]> ReadExactlyAsync(Socket socket, int length)
    {
        using var patience = new CancellationTokenSource(Patience);
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var more = await socket.ReceiveAsync(bytes.AsMemory(read), patience.Token);
            read += more > 0 ? more : throw new EndOfStreamException($"The other end closed after {read} of {length} bytes.");
        }

        return bytes;
    }

    /// <summary>A whole text message as a client sends it.</summary>
    public static byte[] Frame(string text)
    {
        var data = Encoding.UTF8.GetBytes(text);
        var frame = new byte[8 + data.Length];
        frame[0] = 0x81;
        frame[1] = 0x80 | 126;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), checked((ushort)data.Length));

        // The mask is zero, so the data stands as it is.
        data.CopyTo(frame, 8);
        return frame;
    }
}
