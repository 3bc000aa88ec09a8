using System.Net;
using System.Net.Sockets;

namespace OrleansAi.Tests.EndToEnd.Histories;

/// <summary>A silo's way to its database. It can be held up: nothing arrives and nothing breaks, as when a cable is pulled and put back.</summary>
internal sealed class StoreLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="host">Where the database is.</param>
    /// <param name="port">Its port.</param>
    public StoreLink(string host, int port)
    {
        (_host, _port) = (host, port);
        _open.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port that leads to the database.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Holds up everything that is sent.</summary>
    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets everything through again, what was held up first.</summary>
    public void Release() => _open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Release();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // The link ends.
                break;
            }
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(TcpClient silo)
    {
        using (silo)
        using (var database = new TcpClient { NoDelay = true })
        {
            silo.NoDelay = true;
            try
            {
                await database.ConnectAsync(_host, _port, _ending.Token);
                await Task.WhenAny(PumpAsync(silo.GetStream(), database.GetStream()), PumpAsync(database.GetStream(), silo.GetStream()));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // Nobody is there: the silo is told by the end of its connection.
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _ending.Token) is > 0 and var count)
            {
                await _open.Task;
                await to.WriteAsync(buffer.AsMemory(0, count), _ending.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One of the two is gone: the other one's connection ends with it.
        }
    }
}
