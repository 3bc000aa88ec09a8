using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansAi.Http.Streaming;

/// <summary>Server-sent events (WHATWG HTML, 9.2), one flush for each batch that is there.</summary>
internal sealed class EventStream(HttpResponse response)
{
    private readonly ArrayBufferWriter<byte> _data = new(1_024);
    private Utf8JsonWriter? _json;

    /// <summary>The request that is answered.</summary>
    public HttpContext Context => response.HttpContext;

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
    public async Task FlushAsync()
    {
        var result = await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
        if (result.IsCompleted)
        {
            throw new OperationCanceledException("The client closed the stream.");
        }
    }

    private void Put(ReadOnlySpan<byte> bytes) => response.BodyWriter.Write(bytes);
}
