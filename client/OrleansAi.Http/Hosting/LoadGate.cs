using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Telemetry;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Hosting;

/// <summary>Marks an endpoint that begins new work, which a saturated process refuses so that admitted work can finish.</summary>
internal sealed class NewWork
{
    /// <summary>The mark.</summary>
    public static readonly NewWork Instance = new();
}

/// <summary>
/// Refuses new work while the process is saturated. A refusal costs little, because it comes before the body is read and the
/// caller is looked up. See <see cref="LoadLimit"/> for how much work is let in.
/// </summary>
internal sealed class LoadGate : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(4);
    private static readonly OrleansAiException Saturated = new(
        ErrorCodes.Overloaded, "The server has as much to do as it can; try again in a moment. Turns that were admitted go on.")
    {
        IsTransient = true,
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    private readonly RequestDelegate _next;
    private readonly TimeProvider _time;
    private readonly ILoadSignal[] _signals;
    private readonly TimeSpan _mostDelay;
    private readonly TimeSpan _mostWait;
    private readonly LoadLimit _limit;
    private readonly ITimer _timer;
    private readonly Probe _probe;
    private long _sentAt;
    private long _delay;

    /// <summary>Begins to watch.</summary>
    public LoadGate(RequestDelegate next, IOptions<HttpOptions> options, IEnumerable<ILoadSignal> signals, TimeProvider time)
    {
        _next = next;
        _time = time;
        _signals = [.. signals];
        _mostDelay = TimeSpan.FromMilliseconds(options.Value.MaxSchedulingDelayMilliseconds);
        _mostWait = TimeSpan.FromMilliseconds(options.Value.MaxStorageDelayMilliseconds);
        _limit = new LoadLimit(time);
        _probe = new Probe(this);
        _timer = time.CreateTimer(static state => ((LoadGate)state!).Watch(), this, Interval, Interval);
    }

    /// <summary>Passes a request on, or refuses it.</summary>
    public Task InvokeAsync(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<NewWork>() is null
        ? _next(context)
        : _limit.TryEnter() ? PassAsync(context) : ErrorWriter.WriteAsync(context, Saturated);

    public void Dispose() => _timer.Dispose();

    private async Task PassAsync(HttpContext context)
    {
        try
        {
            await _next(context);
        }
        finally
        {
            _limit.Leave();
        }
    }

    private void Watch()
    {
        var isFree = Interlocked.CompareExchange(ref _sentAt, _time.GetTimestamp(), 0) == 0;
        if (isFree)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_probe, preferLocal: false);
        }

        // A probe that still waits tells more than the one before it.
        var delay = isFree ? TimeSpan.FromTicks(Volatile.Read(ref _delay)) : _time.GetElapsedTime(Volatile.Read(ref _sentAt));
        _limit.Observe(delay > _mostDelay || Array.Exists(_signals, signal => signal.Wait > _mostWait));
    }

    private sealed class Probe(LoadGate gate) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            Volatile.Write(ref gate._delay, gate._time.GetElapsedTime(gate._sentAt).Ticks);
            Volatile.Write(ref gate._sentAt, 0);
        }
    }
}
