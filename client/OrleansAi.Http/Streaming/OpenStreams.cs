using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Streaming;

/// <summary>The streams and WebSockets that are open in this process; their number is bounded (invariant 14).</summary>
internal sealed class OpenStreams(IOptions<HttpOptions> options)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private readonly int _most = options.Value.MaxOpenStreams;
    private int _count;

    /// <summary>How many are open.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a place until the result is disposed. Taken before a turn is admitted, so that a refused one never runs.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.Overloaded"/>: there is no place.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _count) > _most)
        {
            Interlocked.Decrement(ref _count);
            throw new OrleansAiException(
                ErrorCodes.Overloaded,
                $"{_most} streams are open here, which is the limit (OrleansAi:Http:MaxOpenStreams). Try again later, or ask without 'stream'.")
            {
                IsTransient = true,
                RetryAfter = RetryAfter,
            };
        }

        return new Place(this);
    }

    private sealed class Place(OpenStreams streams) : IDisposable
    {
        private int _isFree;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isFree, 1) == 0)
            {
                Interlocked.Decrement(ref streams._count);
            }
        }
    }
}
