using Microsoft.Extensions.Options;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.WebSockets;

/// <summary>How much all WebSockets of this process keep together of responses that are not stored; bounded (invariant 14).</summary>
internal sealed class SocketMemory(IOptions<HttpOptions> options)
{
    private const int Share = 16;
    private readonly long _most = options.Value.MaxWebSocketStateBytes;
    private long _bytes;

    /// <summary>How much is kept.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The most that one WebSocket may keep, so that no few of them take it all.</summary>
    public long MostOfOne => _most / Share;

    /// <summary>Takes room, or none at all.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= _most)
        {
            return true;
        }

        Give(bytes);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Give(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
