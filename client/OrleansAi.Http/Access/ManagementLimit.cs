using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Access;

/// <summary>
/// Bounds the management calls of each key in this process. It stands before the audit log, whose entries are durable: a key
/// that may not manage must not be able to write without end by being refused.
/// </summary>
internal sealed class ManagementLimit : IDisposable
{
    private readonly RequestDelegate _next;
    private readonly PartitionedRateLimiter<string> _keys;

    public ManagementLimit(RequestDelegate next, IOptions<LimitOptions> options)
    {
        _next = next;
        var most = options.Value.ManagementRequestsPerMinute;
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = most,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / most,
            AutoReplenishment = true,
        };
        _keys = PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => bucket), StringComparer.Ordinal);
    }

    /// <summary>Passes a request on, or refuses it.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/api") || Caller.Of(context).Grant is not { } grant)
        {
            return _next(context);
        }

        using var lease = _keys.AttemptAcquire(grant.KeyId);
        return lease.IsAcquired
            ? _next(context)
            : throw new OrleansAiException(ErrorCodes.RateLimited, "This key has made too many management calls in a minute; try again in a moment.")
            {
                IsTransient = true,
                RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1),
            };
    }

    public void Dispose() => _keys.Dispose();
}
