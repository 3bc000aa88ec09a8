using System.Net.WebSockets;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.WebSockets;

/// <summary>
/// Sends messages one after the other. A sender waits until the client has room for its message, so that no more waits for
/// a client that does not read than one message of each response that runs.
/// </summary>
internal sealed class SocketWriter(WebSocket socket, FrontCalls calls) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Sends a text message.</summary>
    /// <exception cref="SlowReaderException">The client did not read for too long; the connection is cut.</exception>
    /// <exception cref="WebSocketException">The connection is lost.</exception>
    public Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken) => InTurnAsync(
        () => socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None), cancellationToken);

    /// <summary>Sends the closing frame and takes no further message.</summary>
    public Task CloseAsync(WebSocketCloseStatus status, string reason, CancellationToken cancellationToken) => InTurnAsync(
        () => socket.State is WebSocketState.Open or WebSocketState.CloseReceived
            ? new ValueTask(socket.CloseOutputAsync(status, reason, CancellationToken.None))
            : default,
        cancellationToken);

    public void Dispose() => _turn.Dispose();

    private async Task InTurnAsync(Func<ValueTask> send, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var sending = send();
            if (sending.IsCompleted)
            {
                await sending;
                return;
            }

            await WithinAsync(sending.AsTask());
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task WithinAsync(Task sending)
    {
        var seconds = calls.Options.SlowReaderSeconds;
        try
        {
            await sending.WaitAsync(TimeSpan.FromSeconds(seconds), calls.Time);
        }
        catch (TimeoutException)
        {
            // What the client did not take goes with the connection.
            socket.Abort();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new SlowReaderException(seconds);
        }
    }
}
