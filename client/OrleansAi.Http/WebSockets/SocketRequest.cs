using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.WebSockets;

/// <summary>A message of the client that waits for its turn, readable or not: an error keeps the order of its lane, too.</summary>
internal sealed class SocketRequest : IDisposable
{
    private const int LongestLane = 64;

    private SocketRequest(RequestBody? body, string lane, int bytes, OrleansAiException? error)
    {
        Body = body;
        Lane = lane;
        Bytes = bytes;
        Error = error;
    }

    /// <summary>The message; null when there is an <see cref="Error"/>.</summary>
    public RequestBody? Body { get; private set; }

    /// <summary>The name of its lane (<c>stream_id</c>); empty for the one without a name.</summary>
    public string Lane { get; }

    /// <summary>How large it is.</summary>
    public int Bytes { get; private set; }

    /// <summary>Why it cannot be read.</summary>
    public OrleansAiException? Error { get; }

    /// <summary>Reads a message as far as its lane.</summary>
    public static SocketRequest Read(byte[] bytes, HttpOptions options)
    {
        RequestBody? body = null;
        try
        {
            body = RequestBody.Of(bytes, options);
            return new SocketRequest(body, LaneOf(body.Root), bytes.Length, null);
        }
        catch (OrleansAiException error)
        {
            body?.Dispose();
            return new SocketRequest(null, "", 0, error);
        }
    }

    public void Dispose()
    {
        Body?.Dispose();
        Body = null;
        Bytes = 0;
    }

    private static string LaneOf(JsonElement root)
    {
        var lane = new JsonFields(root, "").Text("stream_id", LongestLane);
        return lane is not "" ? lane ?? "" : throw Invalid.Request("'stream_id' is empty; leave it out or give a name.", "stream_id");
    }
}
