using System.Diagnostics;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>When the pieces of a stream came, for its metrics. Written by one stream at a time.</summary>
/// <param name="tags">The tags of the call.</param>
/// <param name="time">The clock.</param>
internal sealed class StreamChunks(TagList tags, TimeProvider time)
{
    private readonly long _asked = time.GetTimestamp();
    private long? _last;

    /// <summary>How long the first piece of the attempt that counts took, from when the model was asked; null when none came.</summary>
    public TimeSpan? First { get; private set; }

    /// <summary>A piece has come.</summary>
    public void Advance()
    {
        var now = time.GetTimestamp();
        if (_last is not { } last)
        {
            First = time.GetElapsedTime(_asked, now);
        }
        else if (GenAiMetrics.CollectsChunks)
        {
            GenAiMetrics.RecordChunk(tags, time.GetElapsedTime(last, now));
        }

        _last = now;
    }

    /// <summary>Another attempt begins.</summary>
    public void Restart() => (_last, First) = (null, null);
}
