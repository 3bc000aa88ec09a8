using System.Buffers;
using System.Net.WebSockets;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.WebSockets;

/// <summary>Reads whole messages from a WebSocket, each of a bounded size and within a bounded time.</summary>
internal sealed class SocketReader(WebSocket socket, FrontCalls calls)
{
    private const int FirstBuffer = 4_096;

    // The pool keeps what it is given for each thread: large buffers of rare messages are better forgotten.
    private const int LargestPooled = 64 << 10;

    /// <summary>The next message.</summary>
    /// <exception cref="SlowReaderException">A message was begun and not ended in time.</exception>
    /// <exception cref="WebSocketException">The connection is lost, or the client breaks the protocol.</exception>
    public async Task<SocketMessage> ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (received.EndOfMessage || received.MessageType != WebSocketMessageType.Text)
            {
                return Whole(received.MessageType, buffer, received.Count);
            }

            using var time = new CancellationTokenSource(TimeSpan.FromSeconds(calls.Options.SlowReaderSeconds), calls.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, time.Token);
            var length = received.Count;
            while (!received.EndOfMessage)
            {
                if (length > calls.Options.MaxBodyBytes)
                {
                    return new SocketMessage(SocketMessageKind.TooLarge, []);
                }

                buffer = length == buffer.Length ? Grow(buffer) : buffer;
                received = await ReceiveAsync(buffer.AsMemory(length), time.Token, either.Token);
                length += received.Count;
            }

            return Whole(received.MessageType, buffer, length);
        }
        finally
        {
            Return(buffer);
        }
    }

    private async Task<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken time, CancellationToken either)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, either);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested)
        {
            throw new SlowReaderException(calls.Options.SlowReaderSeconds);
        }
    }

    private SocketMessage Whole(WebSocketMessageType type, byte[] buffer, int length) => type switch
    {
        WebSocketMessageType.Close => new SocketMessage(SocketMessageKind.Close, []),
        WebSocketMessageType.Binary => new SocketMessage(SocketMessageKind.Binary, []),
        _ when length > calls.Options.MaxBodyBytes => new SocketMessage(SocketMessageKind.TooLarge, []),
        _ => new SocketMessage(SocketMessageKind.Text, buffer.AsSpan(0, length).ToArray()),
    };

    private static byte[] Grow(byte[] buffer)
    {
        var length = buffer.Length * 2;
        var larger = length <= LargestPooled ? ArrayPool<byte>.Shared.Rent(length) : new byte[length];
        buffer.CopyTo(larger, 0);
        Return(buffer);
        return larger;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
