using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.WebSockets;

/// <summary>
/// The lanes of a WebSocket. Requests of one lane run one after the other in their order, those of different lanes at once;
/// lanes, running and waiting requests, and the bytes of those that wait are bounded (invariant 14).
/// </summary>
internal sealed class SocketLanes(HttpOptions options) : IDisposable
{
    private readonly Dictionary<string, Task> _last = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _places = new(options.MaxWebSocketResponses);
    private int _pending;
    private long _bytes;

    /// <summary>Ends when everything that was added has run.</summary>
    public Task Idle
    {
        get
        {
            lock (_last)
            {
                return Task.WhenAll(_last.Values);
            }
        }
    }

    /// <summary>Adds a request at the end of its lane.</summary>
    /// <param name="request">The request; disposed when it has run.</param>
    /// <param name="run">Runs it; must not throw.</param>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.WebSocketStreamLimitReached"/> or <see cref="ErrorCodes.Overloaded"/>.
    /// </exception>
    public void Add(SocketRequest request, Func<SocketRequest, Task> run)
    {
        lock (_last)
        {
            var last = _last.GetValueOrDefault(request.Lane);
            if (last is null && request.Lane.Length > 0 && _last.Keys.Count(static lane => lane.Length > 0) >= options.MaxWebSocketLanes)
            {
                throw new OrleansAiException(
                    ErrorCodes.WebSocketStreamLimitReached,
                    $"This connection has {options.MaxWebSocketLanes} lanes, which is the limit; use one of them or another connection.")
                {
                    Param = "stream_id",
                };
            }

            if (_pending >= options.MaxWebSocketPending || (_bytes > 0 && _bytes + request.Bytes > options.MaxBodyBytes))
            {
                throw new OrleansAiException(
                    ErrorCodes.Overloaded,
                    $"{_pending} requests of {_bytes} bytes wait on this connection; the limits are {options.MaxWebSocketPending} and "
                    + $"{options.MaxBodyBytes} bytes. Wait for a response to end.")
                {
                    IsTransient = true,
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            }

            _pending++;
            _bytes += request.Bytes;
            _last[request.Lane] = RunAsync(last ?? Task.CompletedTask, request, run);
        }
    }

    /// <summary>Gives the bytes of a request back: it has been read and waits no more.</summary>
    public void Release(SocketRequest request)
    {
        lock (_last)
        {
            _bytes -= request.Bytes;
            request.Dispose();
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task RunAsync(Task before, SocketRequest request, Func<SocketRequest, Task> run)
    {
        // Never inside the lock of Add.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _places.WaitAsync();
        try
        {
            await run(request);
        }
        finally
        {
            _places.Release();
            Release(request);
            lock (_last)
            {
                _pending--;
            }
        }
    }
}
