namespace OrleansAi.Http.Hosting;

/// <summary>The headers that the front reads and writes.</summary>
internal static class HeaderNames
{
    public const string RequestId = "x-request-id";
    public const string RunId = "OrleansAi-Run-Id";
    public const string TraceId = "OrleansAi-Trace-Id";
    public const string Overlap = "OrleansAi-Overlap";
    public const string IdempotencyKey = "Idempotency-Key";
    public const string RetryAfter = "Retry-After";
    public const string CollectionVersion = "OrleansAi-Collection-Version";
}
