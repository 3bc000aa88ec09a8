using System.Threading.RateLimiting;
using OrleansAi.Contracts.Errors;
using Polly;
using Polly.RateLimiting;
using Polly.Retry;
using Polly.Timeout;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>
/// The resilience pipeline of one model of one vendor: retry with jitter around a bulkhead around a timeout. The bulkhead
/// is inside, so that a call that waits for its next attempt holds no place.
/// </summary>
internal static class VendorPipeline
{
    /// <summary>The longest wait that a vendor may ask for; a longer one ends the call (the limit of OpenAI's own SDKs).</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(120);

    public static ResiliencePipeline Create(string vendor, VendorOptions options, RateLimiter limiter, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time, Name = vendor };
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(250),
                MaxDelay = TimeSpan.FromSeconds(8),
                ShouldHandle = static arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is VendorException { IsTransient: true } failed
                    && !(failed.RetryAfter > LongestRetryAfter)),
                DelayGenerator = static arguments => ValueTask.FromResult(
                    (arguments.Outcome.Exception as VendorException)?.RetryAfter),
            });
        }

        return builder
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

    /// <summary>What came out of the pipeline, in our own words; null for a cancellation by the caller.</summary>
    public static VendorException? Translate(Exception exception, string vendor, VendorOptions options) => exception switch
    {
        VendorException failed => failed,
        TimeoutRejectedException => new VendorException(
            ErrorCodes.VendorTimeout,
            $"The vendor '{vendor}' did not answer within {options.TimeoutSeconds:0.###} s.",
            isTransient: true,
            exception),
        RateLimiterRejectedException => new VendorException(
            ErrorCodes.VendorUnavailable,
            $"{options.MaxConcurrency} calls to the vendor '{vendor}' are under way and {options.MaxQueue} wait; try again later.",
            isTransient: false,
            exception),
        OperationCanceledException => null,
        _ => new VendorException(
            ErrorCodes.VendorFailed, $"The call to the vendor '{vendor}' failed: {exception.GetType().Name}.", isTransient: false, exception),
    };
}
