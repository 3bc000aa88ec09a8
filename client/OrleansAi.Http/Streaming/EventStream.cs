using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Streaming;

/// <summary>
/// Server-sent events (WHATWG HTML, 9.2), one flush for each batch that is there. What waits for a client that does not
/// read is bounded: by <see cref="IsFull"/> here and by the server's own buffer behind.
/// </summary>
internal sealed class EventStream(HttpResponse response, FrontCalls calls)
{
    private const int Full = 16 << 10;
    private readonly ArrayBufferWriter<byte> _data = new(1_024);
    private Utf8JsonWriter? _json;
    private int _unsent;

    /// <summary>The request that is answered.</summary>
    public HttpContext Context => response.HttpContext;

    /// <summary>True when enough was put that it must be sent before more is put.</summary>
    public bool IsFull => _unsent >= Full;

    /// <summary>Sends the headers.</summary>
    public async Task BeginAsync()
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";

        // Proxies must not gather what is meant to be seen at once.
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync();
        await FlushAsync();
    }

    /// <summary>Puts an event into the output.</summary>
    /// <param name="type">The event's name; null for none.</param>
    /// <param name="state">What is written.</param>
    /// <param name="write">Writes the data as one JSON value.</param>
    public void Write<T>(string? type, T state, Action<Utf8JsonWriter, T> write)
    {
        _data.ResetWrittenCount();
        _json ??= new Utf8JsonWriter(_data, JsonText.Options);
        _json.Reset(_data);
        write(_json, state);
        _json.Flush();
        if (type is not null)
        {
            Put("event: "u8);
            Encoding.UTF8.GetBytes(type, response.BodyWriter);
            Put("\n"u8);
        }

        Put("data: "u8);
        Put(_data.WrittenSpan);
        Put("\n\n"u8);
    }

    /// <summary>Puts the mark at which chat completions end.</summary>
    public void WriteDone() => Put("data: [DONE]\n\n"u8);

    /// <summary>Puts a comment, which clients ignore.</summary>
    public void WriteKeepAlive() => Put(": keep-alive\n\n"u8);

    /// <summary>Sends what was put.</summary>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    /// <exception cref="SlowReaderException">The client did not read for too long; the connection is cut.</exception>
    public async ValueTask FlushAsync()
    {
        _unsent = 0;
        var flush = response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
        var result = flush.IsCompleted ? await flush : await WithinAsync(flush.AsTask());
        if (result.IsCompleted)
        {
            throw new OperationCanceledException("The client closed the stream.");
        }
    }

    private async Task<FlushResult> WithinAsync(Task<FlushResult> flush)
    {
        var seconds = calls.Options.SlowReaderSeconds;
        try
        {
            return await flush.WaitAsync(TimeSpan.FromSeconds(seconds), calls.Time);
        }
        catch (TimeoutException)
        {
            // What the client did not take goes with the connection.
            response.HttpContext.Abort();
            await ((Task)flush).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new SlowReaderException(seconds);
        }
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        response.BodyWriter.Write(bytes);
        _unsent += bytes.Length;
    }
}
