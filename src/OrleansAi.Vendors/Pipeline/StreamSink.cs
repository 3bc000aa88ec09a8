using System.Threading.Channels;
using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>Where the pieces of a stream go, over all its attempts.</summary>
/// <param name="events">Where they go.</param>
/// <param name="chunks">When they came.</param>
/// <param name="cancellationToken">The caller's.</param>
internal sealed class StreamSink(ChannelWriter<ModelEvent> events, StreamChunks chunks, CancellationToken cancellationToken)
{
    private bool _hasSent;

    /// <summary>When the pieces came.</summary>
    public StreamChunks Chunks => chunks;

    /// <summary>A piece of the present attempt.</summary>
    public ValueTask WriteAsync(ModelDelta delta, StreamWatch watch)
    {
        watch.Advance();
        chunks.Advance();
        _hasSent = true;
        if (delta.Kind != ModelDeltaKind.Text)
        {
            return events.WriteAsync(new ModelEvent { Other = delta }, cancellationToken);
        }

        return events.WriteAsync(new ModelEvent { Delta = delta.Text }, cancellationToken);
    }

    /// <summary>A new attempt begins: what was sent before is void.</summary>
    public async ValueTask RestartAsync()
    {
        if (_hasSent)
        {
            _hasSent = false;
            chunks.Restart();
            await events.WriteAsync(new ModelEvent { Restarted = true }, cancellationToken);
        }
    }

    /// <summary>What is there now, with adjacent pieces of text in one.</summary>
    public static IEnumerable<ModelEvent> Merge(ChannelReader<ModelEvent> reader)
    {
        string? text = null;
        while (reader.TryRead(out var next))
        {
            if (next.Delta is not null)
            {
                text += next.Delta;
                continue;
            }

            if (text is not null)
            {
                yield return new ModelEvent { Delta = text };
                text = null;
            }

            yield return next;
        }

        if (text is not null)
        {
            yield return new ModelEvent { Delta = text };
        }
    }
}
