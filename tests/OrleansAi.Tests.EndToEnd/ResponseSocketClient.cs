using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A WebSocket of the Responses API as a caller without an SDK uses it.</summary>
internal sealed class ResponseSocketClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket _socket = new();

    /// <summary>How the server closed; null before it has.</summary>
    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public static Task<ResponseSocketClient> OpenAsync(SiloProcess silo, params (string Name, string Value)[] headers) =>
        OpenAsync(silo.Url, headers);

    public static async Task<ResponseSocketClient> OpenAsync(string url, params (string Name, string Value)[] headers)
    {
        var client = new ResponseSocketClient();
        foreach (var (name, value) in headers)
        {
            client._socket.Options.SetRequestHeader(name, value);
        }

        client._socket.Options.CollectHttpResponseDetails = true;
        await client._socket.ConnectAsync(new Uri(url.Replace("http://", "ws://", StringComparison.Ordinal) + "/v1/responses"), CancellationToken.None);
        return client;
    }

    public static JsonObject Create(string text, string? previous = null, string? lane = null, string? conversation = null)
    {
        var message = new JsonObject { ["type"] = "response.create", ["input"] = text };
        if (previous is not null)
        {
            message["previous_response_id"] = previous;
        }

        if (lane is not null)
        {
            message["stream_id"] = lane;
        }

        if (conversation is not null)
        {
            message["conversation"] = conversation;
        }

        return message;
    }

    public Task SendAsync(JsonNode message) => SendAsync(message.ToJsonString());

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type, bool isEnd = true) => _socket.SendAsync(bytes, type, isEnd, CancellationToken.None);

    /// <summary>The next event; null when the server has closed.</summary>
    public async Task<JsonNode?> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var message = new MemoryStream();
        var buffer = new byte[4_096];
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return received.MessageType == WebSocketMessageType.Text
                    ? JsonNode.Parse(Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length))
                    : throw new InvalidOperationException("The server sent a binary message.");
            }
        }
    }

    /// <summary>Events until a response has ended, an error came or the server has closed.</summary>
    public async Task<List<JsonNode>> ReadResponseAsync()
    {
        var events = new List<JsonNode>();
        while (await ReadAsync() is { } next)
        {
            events.Add(next);
            if (EventReader.IsTerminal(next) || (string)next["type"]! == "error")
            {
                break;
            }
        }

        return events;
    }

    /// <summary>A whole turn.</summary>
    public async Task<List<JsonNode>> TurnAsync(JsonNode message)
    {
        await SendAsync(message);
        return await ReadResponseAsync();
    }

    /// <summary>Hangs up without saying so.</summary>
    public void Abort() => _socket.Abort();

    public async Task CloseAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token);
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }
}
