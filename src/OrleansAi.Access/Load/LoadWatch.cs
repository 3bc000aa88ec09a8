using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Access.Load;

/// <summary>
/// Watches how much the process has to do, and says whether new work is let in; see <see cref="LoadLimit"/> for how much.
/// Requests are counted where a front takes them, runs where the silo that owns them admits them, since that may be another.
/// </summary>
public sealed class LoadWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _time;
    private readonly ILoadSignal[] _signals;
    private readonly TimeSpan _mostDelay;
    private readonly TimeSpan _mostWait;
    private readonly ITimer _timer;
    private readonly Probe _probe;
    private TaskCompletionSource? _next;
    private long _sentAt;
    private long _delay;
    private int _isWatching;
    private volatile bool _isDisposed;

    /// <summary>Begins to watch.</summary>
    public LoadWatch(IOptions<LoadOptions> options, IEnumerable<ILoadSignal> signals, TimeProvider time)
    {
        _time = time;
        _signals = [.. signals];
        _mostDelay = TimeSpan.FromMilliseconds(options.Value.MaxSchedulingDelayMilliseconds);
        _mostWait = TimeSpan.FromMilliseconds(options.Value.MaxStorageDelayMilliseconds);
        Requests = new LoadLimit(time);
        Runs = new LoadLimit(time);
        _probe = new Probe(this);
        _timer = time.CreateTimer(static state => ((LoadWatch)state!).Watch(), this, Interval, Interval);
    }

    /// <summary>What a refused caller is told.</summary>
    public static OrleansAiException Saturated => new(
        ErrorCodes.Overloaded, "The server has as much to do as it can; try again in a moment. Turns that were admitted go on.")
    {
        IsTransient = true,
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    /// <summary>The requests that began new work and are not answered.</summary>
    public LoadLimit Requests { get; }

    /// <summary>The open runs that this process owns.</summary>
    public LoadLimit Runs { get; }

    /// <summary>
    /// Ends with the next look at the load, 10 ms from now at most where there is a processor for it. Who waits goes on one after the
    /// other, so that many small pieces of work, such as refusals, are done in one go. They must not block.
    /// </summary>
    public Task NextLookAsync()
    {
        var next = Volatile.Read(ref _next);
        if (next is null)
        {
            var own = new TaskCompletionSource();
            next = Interlocked.CompareExchange(ref _next, own, null) ?? own;
        }

        return _isDisposed ? Task.CompletedTask : next.Task;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        _isDisposed = true;
        EndLook();
    }

    private void Watch()
    {
        // Where processors are short, the timer may come again before it is through.
        if (Interlocked.Exchange(ref _isWatching, 1) == 1)
        {
            return;
        }

        var isFree = Interlocked.CompareExchange(ref _sentAt, _time.GetTimestamp(), 0) == 0;
        if (isFree)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_probe, preferLocal: false);
        }

        // A probe that still waits tells more than the one before it.
        var delay = isFree ? TimeSpan.FromTicks(Volatile.Read(ref _delay)) : _time.GetElapsedTime(Volatile.Read(ref _sentAt));
        var isAbove = delay > _mostDelay || Array.Exists(_signals, signal => signal.Wait > _mostWait);
        Requests.Observe(isAbove);
        Runs.Observe(isAbove);
        Volatile.Write(ref _isWatching, 0);
        EndLook();
    }

    private void EndLook() => Interlocked.Exchange(ref _next, null)?.TrySetResult();

    private sealed class Probe(LoadWatch watch) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            Volatile.Write(ref watch._delay, watch._time.GetElapsedTime(watch._sentAt).Ticks);
            Volatile.Write(ref watch._sentAt, 0);
        }
    }
}
