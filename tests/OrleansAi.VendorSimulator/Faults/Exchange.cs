using System.Text;
using OrleansAi.VendorSimulator.Wires;

namespace OrleansAi.VendorSimulator.Faults;

/// <summary>One answer on its way to the client, with what goes wrong on it.</summary>
internal sealed class Exchange(HttpContext context, WireFormat format, SimulatedCall call, Reply reply)
{
    private const string Page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

    private static readonly TimeSpan Arrival = TimeSpan.FromMilliseconds(100);

    private readonly CancellationToken _aborted = context.RequestAborted;
    private readonly Fault? _fault = reply.Fault;

    public async Task RunAsync()
    {
        await Task.Delay(reply.Delay, _aborted);
        foreach (var (name, value) in format.Headers(call).Concat(reply.Headers.Select(static pair => (pair.Key, pair.Value))))
        {
            context.Response.Headers[name] = value;
        }

        switch (_fault?.Kind)
        {
            case FaultKind.ResetBeforeHeaders:
                context.Abort();
                return;
            case FaultKind.NoResponse:
                await Task.Delay(Timeout.InfiniteTimeSpan, _aborted);
                return;
            case FaultKind.HtmlWith200:
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync(Page, _aborted);
                return;
            case FaultKind.HttpStatus:
                if (_fault.RetryAfter is { } wait)
                {
                    context.Response.Headers.RetryAfter = wait;
                }

                await RefuseAsync(_fault.Status, format.Error(_fault.Status, _fault.Code, "The simulator was told to fail.").ToJsonString());
                return;
            case FaultKind.ContextLength:
                var (status, body) = format.ContextLength();
                await RefuseAsync(status, body.ToJsonString());
                return;
            case FaultKind.ContentFilter:
                (status, body) = format.ContentFilter();
                if (status == 200 && call.IsStream)
                {
                    context.Response.ContentType = format.StreamType;
                    await context.Response.WriteAsync(WireFormat.Data(body).Text, _aborted);
                    return;
                }

                await RefuseAsync(status, body.ToJsonString());
                return;
        }

        if (call.Refused is { } reason)
        {
            await RefuseAsync(400, format.Error(400, null, reason).ToJsonString());
        }
        else if (call.IsStream)
        {
            await StreamAsync();
        }
        else
        {
            await WholeAsync();
        }
    }

    private async Task WholeAsync()
    {
        var text = (call.Inputs is null ? format.Whole(call, reply) : format.Embeddings(call, reply)).ToJsonString();
        context.Response.ContentType = "application/json";
        var bytes = Encoding.UTF8.GetBytes(text);
        switch (_fault?.Kind)
        {
            case FaultKind.SlowFirstToken:
                await Task.Delay(_fault.Duration, _aborted);
                break;
            case FaultKind.Cut or FaultKind.Stall:
                context.Response.ContentLength = bytes.Length;
                await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), _aborted);
                await context.Response.Body.FlushAsync(_aborted);
                await BreakAsync();
                break;
            case FaultKind.MalformedChunk:
                bytes = Encoding.UTF8.GetBytes(text.Replace(":", ";", StringComparison.Ordinal));
                break;
            case FaultKind.CutJson:
                bytes = bytes[..(bytes.Length / 2)];
                break;
            case FaultKind.ErrorInStream:
                bytes = Encoding.UTF8.GetBytes(format.Error(500, null, "The server had an error while processing the request.").ToJsonString());
                break;
        }

        await context.Response.Body.WriteAsync(bytes, _aborted);
    }

    private async Task StreamAsync()
    {
        context.Response.ContentType = format.StreamType;
        await context.Response.StartAsync(_aborted);
        if (_fault?.Kind == FaultKind.SlowFirstToken)
        {
            await Task.Delay(_fault.Duration, _aborted);
        }

        var piece = 0;
        foreach (var frame in format.Stream(call, reply))
        {
            if (frame.IsTerminal && _fault?.Kind == FaultKind.NoTerminator)
            {
                return;
            }

            var isHere = frame.IsPiece && piece++ == _fault?.AtChunk;
            var text = frame.Text;
            if (isHere)
            {
                switch (_fault!.Kind)
                {
                    case FaultKind.Cut or FaultKind.Stall:
                        await BreakAsync();
                        break;
                    case FaultKind.MalformedChunk:
                        text = text.Replace("\":", "\";", StringComparison.Ordinal);
                        break;
                    case FaultKind.CutJson:
                        await context.Response.WriteAsync(text[..(text.Length / 2)], _aborted);
                        return;
                    case FaultKind.ErrorInStream:
                        await context.Response.WriteAsync(format.ErrorFrame().Text, _aborted);
                        return;
                }
            }

            await context.Response.WriteAsync(text, _aborted);
            if (reply.ChunkDelay > TimeSpan.Zero || frame.IsPiece)
            {
                await context.Response.Body.FlushAsync(_aborted);
                await Task.Delay(reply.ChunkDelay, _aborted);
            }
        }
    }

    private async Task BreakAsync()
    {
        if (_fault!.Kind == FaultKind.Stall)
        {
            await context.Response.Body.FlushAsync(_aborted);
            await Task.Delay(_fault.Duration, _aborted);
            return;
        }

        // A broken connection takes along what the client has not read yet; nothing tells a server when it has.
        await context.Response.Body.FlushAsync(_aborted);
        await Task.Delay(Arrival, _aborted);
        context.Abort();
        throw new IOException("The connection was cut, as the script says.");
    }

    private Task RefuseAsync(int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body, _aborted);
    }
}
