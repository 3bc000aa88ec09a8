using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.WebSockets;

/// <summary>
/// Writes the events of one lane: the same as over server-sent events, with the lane's name where it has one.
/// </summary>
internal sealed class SocketEvents : IDisposable
{
    private readonly SocketWriter _writer;
    private readonly byte[] _end;
    private readonly MemoryStream _data = new(1_024);
    private readonly Utf8JsonWriter _json;

    public SocketEvents(SocketWriter writer, string lane)
    {
        _writer = writer;
        _json = new Utf8JsonWriter(_data, JsonText.Options);
        _end = lane.Length == 0 ? [] : StreamId(lane);
    }

    /// <summary>Sends an event of a run.</summary>
    public Task SendAsync(RunEvent next, bool withOpaque, CancellationToken cancellationToken)
    {
        Begin();
        ResponseEventWriter.Write(_json, next, withOpaque);
        return EndAsync(cancellationToken);
    }

    /// <summary>Sends an error (Open Responses 2026-04-24, WebSocketErrorEvent).</summary>
    public Task SendAsync(OrleansAiException error, CancellationToken cancellationToken)
    {
        var status = ErrorWriter.StatusOf(error);
        Begin();
        _json.WriteStartObject();
        _json.WriteString("type", "error");
        _json.WriteNumber("status", status);
        _json.WritePropertyName("error");
        ErrorWriter.WriteBody(_json, error.Code, error.Message, error.Param, status, error.RunId);
        _json.WriteEndObject();
        return EndAsync(cancellationToken);
    }

    public void Dispose()
    {
        _json.Dispose();
        _data.Dispose();
    }

    private static byte[] StreamId(string lane) =>
        [.. ",\"stream_id\":\""u8, .. JsonEncodedText.Encode(lane).EncodedUtf8Bytes, .. "\"}"u8];

    private void Begin()
    {
        _data.SetLength(0);
        _json.Reset(_data);
    }

    private Task EndAsync(CancellationToken cancellationToken)
    {
        _json.Flush();
        if (_end.Length > 0)
        {
            // In the place of the closing brace: an event's writer does not know over which transport it goes.
            _data.SetLength(_data.Length - 1);
            _data.Write(_end);
        }

        return _writer.SendAsync(_data.GetBuffer().AsMemory(0, (int)_data.Length), cancellationToken);
    }
}
