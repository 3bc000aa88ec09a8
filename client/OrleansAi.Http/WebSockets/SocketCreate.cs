using Microsoft.AspNetCore.Http;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.WebSockets;

/// <summary>The message <c>response.create</c> (Open Responses 2026-04-24, WebSocketResponseCreateEvent).</summary>
internal static class SocketCreate
{
    /// <summary>What an <c>Idempotency-Key</c> is over HTTP, for each message of its own.</summary>
    public const string IdempotencyKey = "orleansai:idempotency_key";

    /// <summary>Reads the envelope here and the request as HTTP requests are read.</summary>
    public static CreateResponse Read(RequestBody body, HttpRequest handshake, HttpOptions options)
    {
        var fields = new JsonFields(body.Root, "");
        var type = fields.RequiredText("type");
        if (type != "response.create")
        {
            throw Invalid.Request($"'type' is '{type}'; it must be response.create.", "type");
        }

        // Not part of the message, but common clients send what is done anyway.
        if (fields.Any("stream") is not null && !fields.Flag("stream"))
        {
            throw Invalid.NotSupported("stream", "false");
        }

        if (fields.Flag("background"))
        {
            throw Invalid.NotSupported("background", "true over a WebSocket");
        }

        if (fields.Any("generate") is not null && !fields.Flag("generate"))
        {
            throw Invalid.NotSupported("generate", "false");
        }

        fields.Refuse("stream_options", "an HTTP option");
        fields.Accept("stream_id");
        var key = fields.Text(IdempotencyKey) ?? "";
        var request = CreateResponse.Read(fields, options);
        return request with { Turn = TurnHeaders.Apply(request.Turn, handshake, body, key) with { Stream = true, Background = false } };
    }
}
