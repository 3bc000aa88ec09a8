using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansAi.Access.Load;
using OrleansAi.Client;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Access;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.WebSockets;

/// <summary>
/// One WebSocket of the Responses API. It may end at any time: what was admitted runs on and can be followed by
/// <c>GET /v1/responses/{id}?stream=true&amp;starting_after=…</c>.
/// </summary>
internal sealed partial class ResponseSocket : IDisposable
{
    private static readonly TimeSpan CloseWait = TimeSpan.FromSeconds(5);
    private readonly WebSocket _socket;
    private readonly HttpRequest _handshake;
    private readonly Func<CancellationToken, ValueTask<Caller>> _callerAsync;
    private readonly FrontCalls _calls;
    private readonly OrleansAiClient _client;
    private readonly ILogger _logger;
    private readonly string _requestId;
    private readonly SocketReader _reader;
    private readonly SocketWriter _writer;
    private readonly SocketLanes _lanes;
    private readonly KeptResponses _kept;
    private readonly LoadWatch _load;
    private readonly LimitDesk _limits;
    private readonly CancellationTokenSource _gone = new();
    private volatile OrleansAiException? _refusal;

    public ResponseSocket(WebSocket socket, HttpContext context, FrontCalls calls, ILogger logger)
    {
        _socket = socket;
        _handshake = context.Request;
        _load = context.RequestServices.GetRequiredService<LoadWatch>();
        _limits = context.RequestServices.GetRequiredService<LimitDesk>();
        _callerAsync = KeyGate.RecheckOf(context);
        _kept = new KeptResponses(context.RequestServices.GetRequiredService<SocketMemory>());
        _calls = calls;
        _client = calls.Of(context);
        _logger = logger;
        _requestId = context.Response.Headers[HeaderNames.RequestId].ToString();
        _reader = new SocketReader(socket, calls);
        _writer = new SocketWriter(socket, calls);
        _lanes = new SocketLanes(calls.Options);
    }

    /// <summary>Serves the connection until it ends.</summary>
    /// <param name="stopping">Fires when the process is asked to stop.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        var reading = ReadAsync();
        try
        {
            await ServeAsync(reading, stopping);
        }
        finally
        {
            await _gone.CancelAsync();
            await reading;
            await _lanes.Idle;
        }
    }

    public void Dispose()
    {
        _gone.Dispose();
        _kept.Dispose();
        _lanes.Dispose();
        _writer.Dispose();
    }

    private async Task ServeAsync(Task reading, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, _gone.Token);
        var lifetime = Task.Delay(TimeSpan.FromSeconds(_calls.Options.WebSocketLifetimeSeconds), _calls.Time, either.Token);
        var stop = Task.Delay(Timeout.InfiniteTimeSpan, either.Token);
        await Task.WhenAny(reading, lifetime, stop);
        if (reading.IsCompleted || _gone.IsCancellationRequested)
        {
            return;
        }

        // What waits or comes now is refused; what runs may end.
        _refusal = !stopping.IsCancellationRequested ? LifetimeReached(_calls.Options.WebSocketLifetimeSeconds) : Stopping();
        await Task.WhenAny(reading, _lanes.Idle, DrainAsync(stop));
        if (!reading.IsCompleted)
        {
            await TellAsync(_refusal, WebSocketCloseStatus.EndpointUnavailable);
            await Task.WhenAny(reading, Task.Delay(CloseWait, _calls.Time));
        }
    }

    private async Task DrainAsync(Task stop)
    {
        await stop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(TimeSpan.FromSeconds(_calls.Options.WebSocketDrainSeconds), _calls.Time);
    }

    // Ends when the connection does; never throws.
    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var message = await _reader.ReadAsync(_gone.Token);
                switch (message.Kind)
                {
                    case SocketMessageKind.Text:
                        await TakeAsync(message.Bytes);
                        break;
                    case SocketMessageKind.Binary:
                        await TellAsync(
                            new OrleansAiException(ErrorCodes.InvalidRequest, "Binary messages are not taken; send JSON as text."),
                            WebSocketCloseStatus.InvalidMessageType);
                        return;
                    case SocketMessageKind.TooLarge:
                        await TellAsync(
                            new OrleansAiException(
                                ErrorCodes.RequestTooLarge,
                                $"The message is larger than the limit of {_calls.Options.MaxBodyBytes} bytes; send less."),
                            WebSocketCloseStatus.MessageTooBig);
                        return;
                    default:
                        await _writer.CloseAsync(WebSocketCloseStatus.NormalClosure, "", _gone.Token);
                        return;
                }
            }
        }
        catch (SlowReaderException exception)
        {
            Cut(exception);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or ObjectDisposedException or IOException)
        {
            LogGone(_requestId);
        }
    }

    private async Task TakeAsync(byte[] bytes)
    {
        var request = SocketRequest.Read(bytes, _calls.Options);
        try
        {
            _lanes.Add(request, AnswerAsync);
        }
        catch (OrleansAiException error)
        {
            using (request)
            {
                using var events = new SocketEvents(_writer, request.Lane);
                await events.SendAsync(error, _gone.Token);
            }
        }
    }

    private async Task AnswerAsync(SocketRequest request)
    {
        using var events = new SocketEvents(_writer, request.Lane);
        try
        {
            try
            {
                await RunTurnAsync(request, events);
            }
            catch (OrleansAiException error)
            {
                if (error.Code == ErrorCodes.Internal)
                {
                    LogDefect(error, _requestId);
                }

                await events.SendAsync(error, _gone.Token);
            }
            catch (Exception exception) when (!IsGone(exception))
            {
                LogDefect(exception, _requestId);
                await events.SendAsync(
                    new OrleansAiException(ErrorCodes.Internal, $"The request failed by a defect; quote the request id {_requestId}."), _gone.Token);
            }
        }
        catch (SlowReaderException exception)
        {
            Cut(exception);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            LogGone(_requestId);
        }
    }

    private async Task RunTurnAsync(SocketRequest request, SocketEvents events)
    {
        _gone.Token.ThrowIfCancellationRequested();
        if ((_refusal ?? request.Error) is { } refusal)
        {
            throw refusal;
        }

        // Each message is a request of its own: nothing that holds for those may be walked around by a connection that stays.
        var caller = await _callerAsync(_gone.Token);
        if (!_load.Requests.TryEnter())
        {
            throw LoadWatch.Saturated;
        }

        try
        {
            await LimitAsync(request, events, caller);
        }
        finally
        {
            _load.Requests.Leave();
        }
    }

    private async Task LimitAsync(SocketRequest request, SocketEvents events, Caller caller)
    {
        var pass = await _limits.EnterAsync(caller, startsRun: true, request.Bytes, _gone.Token);
        pass?.ThrowIfRefused();
        FollowedRun? run = null;
        using var turn = _kept.Begin(request.Lane);
        try
        {
            run = await StartAsync(request, turn);
            await foreach (var next in _client.FollowAsync(run.ConversationId, run.Id, after: -1, _gone.Token))
            {
                if (next is { Kind: RunEventKind.Ended, Run: { } ended })
                {
                    turn.End(ended);
                }

                await events.SendAsync(next, run.WithOpaque, _gone.Token);
            }
        }
        finally
        {
            if (pass is not null)
            {
                await pass.LeaveAsync(run?.Id);
            }
        }
    }

    private async Task<FollowedRun> StartAsync(SocketRequest request, KeptTurn turn)
    {
        var create = SocketCreate.Read(request.Body!, _handshake, _calls.Options);
        _lanes.Release(request);
        return FollowedRun.Of(await _client.StartTurnAsync(create.Conversation, turn.Resolve(create.Turn, create.Conversation is not null)));
    }

    // Says why and closes. The client may be gone already, which is as good.
    private async Task TellAsync(OrleansAiException error, WebSocketCloseStatus status)
    {
        try
        {
            using var events = new SocketEvents(_writer, "");
            await events.SendAsync(error, _gone.Token);
            await _writer.CloseAsync(status, error.Code, _gone.Token);
        }
        catch (SlowReaderException exception)
        {
            Cut(exception);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            LogGone(_requestId);
        }
    }

    private void Cut(SlowReaderException exception)
    {
        LogCut(_requestId, exception.Seconds);
        _gone.Cancel();
    }

    private bool IsGone(Exception exception) =>
        exception is WebSocketException or SlowReaderException or IOException
        || (exception is OperationCanceledException or ObjectDisposedException && (_gone.IsCancellationRequested || _socket.State != WebSocketState.Open));

    private static OrleansAiException LifetimeReached(int seconds) => new(
        ErrorCodes.WebSocketConnectionLimitReached,
        $"This connection was open for {seconds} s, which is the limit. Open a new one and go on with previous_response_id.");

    private static OrleansAiException Stopping() => new(
        ErrorCodes.Overloaded, "This server is stopping. Open a new connection and go on with previous_response_id.")
    {
        IsTransient = true,
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    [LoggerMessage(5004, LogLevel.Error, "A turn of the WebSocket {RequestId} failed by a defect.")]
    private partial void LogDefect(Exception exception, string requestId);

    [LoggerMessage(5005, LogLevel.Warning, "The client of the WebSocket {RequestId} was silent for {Seconds} s; it is cut, its runs go on.")]
    private partial void LogCut(string requestId, int seconds);

    [LoggerMessage(5006, LogLevel.Debug, "The client of the WebSocket {RequestId} went away.")]
    private partial void LogGone(string requestId);
}
