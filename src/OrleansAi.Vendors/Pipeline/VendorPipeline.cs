using System.Threading.RateLimiting;
using OrleansAi.Vendors.Wire;
using Polly;
using Polly.CircuitBreaker;
using Polly.Hedging;
using Polly.RateLimiting;
using Polly.Retry;
using Polly.Timeout;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>
/// The resilience pipeline of one model of one vendor: retry with jitter around an optional hedge around the breaker around
/// a bulkhead around a timeout. The bulkhead is inside, so that a call that waits for its next attempt holds no place; the
/// breaker is outside of it, so that an open one lets nothing queue.
/// </summary>
internal static class VendorPipeline
{
    /// <summary>The longest wait that a vendor may ask for; a longer one ends the call (the limit of OpenAI's own SDKs).</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(120);

    /// <summary>Where the attempts find the call that they belong to.</summary>
    public static readonly ResiliencePropertyKey<AttemptLog> Progress = new("orleansai.call");

    public static ResiliencePipeline<TAnswer> Create<TAnswer>(
        string vendor, VendorOptions options, RateLimiter limiter, VendorHealth health, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<TAnswer> { TimeProvider = time, Name = vendor };
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<TAnswer>
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(250),
                MaxDelay = TimeSpan.FromSeconds(8),
                ShouldHandle = static arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is VendorException { IsTransient: true } failed
                    && !(failed.RetryAfter > LongestRetryAfter)
                    && Of(arguments.Context).MayRetry(failed.RetryAfter)),
                DelayGenerator = static arguments => ValueTask.FromResult(
                    (arguments.Outcome.Exception as VendorException)?.RetryAfter),
            });
        }

        if (options.HedgeAfterSeconds > 0)
        {
            builder.AddHedging(new HedgingStrategyOptions<TAnswer>
            {
                MaxHedgedAttempts = 1,
                Delay = TimeSpan.FromSeconds(options.HedgeAfterSeconds),

                // A failure is the retry's business; the hedge is for slowness alone.
                ShouldHandle = static _ => ValueTask.FromResult(false),
                ActionGenerator = static arguments => Of(arguments.PrimaryContext) is { IsStream: false } log && log.MayRetry(null)
                    ? () => arguments.Callback(arguments.ActionContext)
                    : null,
            });
        }

        return builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<TAnswer>
            {
                FailureRatio = options.BreakerFailureRatio,
                MinimumThroughput = options.BreakerMinimumCalls,
                SamplingDuration = TimeSpan.FromSeconds(options.BreakerWindowSeconds),
                BreakDuration = TimeSpan.FromSeconds(options.BreakerOpenSeconds),
                ShouldHandle = static arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is VendorException failed && FaultNames.IsOutage(failed.Fault)),
                StateProvider = health.Breaker,
                OnOpened = _ =>
                {
                    health.OnOpened();
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    health.OnClosed();
                    return ValueTask.CompletedTask;
                },
            })
            .AddRateLimiter(limiter)
            .AddTimeout(new TimeoutStrategyOptions { Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds) })
            .Build();
    }

    /// <summary>The bulkhead.</summary>
    public static ConcurrencyLimiter Limiter(VendorOptions options) => new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.MaxConcurrency,
        QueueLimit = options.MaxQueue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Calls under way and calls that wait for a place.</summary>
    public static (long UnderWay, long Waiting) LoadOf(ConcurrencyLimiter limiter, VendorOptions options) =>
        limiter.GetStatistics() is { } now
            ? (options.MaxConcurrency - now.CurrentAvailablePermits, now.CurrentQueuedCount)
            : default;

    /// <summary>How long there is until a deadline; zero when it has passed.</summary>
    /// <param name="deadline">Unix milliseconds.</param>
    /// <param name="time">The clock.</param>
    public static TimeSpan Left(long deadline, TimeProvider time)
    {
        var left = DateTimeOffset.FromUnixTimeMilliseconds(deadline) - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>What came out of the pipeline, in our own words; null for a cancellation by the caller.</summary>
    public static VendorException? Translate(Exception exception, string vendor, VendorOptions options) => exception switch
    {
        VendorException failed => failed,
        TimeoutRejectedException => VendorErrors.Of(
            VendorFault.Timeout, $"The vendor '{vendor}' did not answer within {options.TimeoutSeconds:0.###} s.", null, null, exception),
        BrokenCircuitException broken => VendorErrors.Of(
            VendorFault.BreakerOpen,
            $"The vendor '{vendor}' failed too often; no call is made to it for {options.BreakerOpenSeconds:0.###} s.",
            null,
            broken.RetryAfter,
            exception),
        RateLimiterRejectedException => VendorErrors.Of(
            VendorFault.Bulkhead,
            $"{options.MaxConcurrency} calls to the vendor '{vendor}' are under way and {options.MaxQueue} wait; try again later.",
            null,
            null,
            exception),
        OperationCanceledException => null,
        _ => VendorErrors.Of(
            VendorFault.Other, $"The call to the vendor '{vendor}' failed: {exception.GetType().Name}.", null, null, exception),
    };

    private static AttemptLog Of(ResilienceContext context) => context.Properties.GetValue(Progress, null!);
}
