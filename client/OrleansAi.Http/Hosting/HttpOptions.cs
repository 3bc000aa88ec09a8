using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Http.Hosting;

/// <summary>The section <c>OrleansAi:Http</c>: the limits of a request.</summary>
public sealed class HttpOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "OrleansAi:Http";

    /// <summary>The default of <see cref="MaxBodyBytes"/>.</summary>
    public const int DefaultMaxBodyBytes = 16 << 20;

    /// <summary>The default of <see cref="MaxMessages"/>.</summary>
    public const int DefaultMaxMessages = 1_000;

    /// <summary>The default of <see cref="KeepAliveSeconds"/>.</summary>
    public const int DefaultKeepAliveSeconds = 15;

    /// <summary>The default of <see cref="MaxSchedulingDelayMilliseconds"/>.</summary>
    public const int DefaultMaxSchedulingDelayMilliseconds = 10;

    /// <summary>The default of <see cref="MaxStorageDelayMilliseconds"/>.</summary>
    public const int DefaultMaxStorageDelayMilliseconds = 250;

    /// <value>
    /// How long in milliseconds the thread pool may let new work wait before it is refused with <c>overloaded</c>. The
    /// default value is 10.
    /// </value>
    [Range(1, 60_000)]
    public int MaxSchedulingDelayMilliseconds { get; set; } = DefaultMaxSchedulingDelayMilliseconds;

    /// <value>
    /// How long in milliseconds an append may take to be durable before new work is refused with <c>overloaded</c>. The
    /// default value is 250.
    /// </value>
    [Range(1, 60_000)]
    public int MaxStorageDelayMilliseconds { get; set; } = DefaultMaxStorageDelayMilliseconds;

    /// <value>The largest request body in bytes; a larger one is refused with <c>request_too_large</c>. The default value is 16 MiB.</value>
    [Range(1_024, 1 << 30)]
    public int MaxBodyBytes { get; set; } = DefaultMaxBodyBytes;

    /// <value>The most messages in one request. The default value is 1,000.</value>
    [Range(1, 100_000)]
    public int MaxMessages { get; set; } = DefaultMaxMessages;

    /// <value>After how many silent seconds a stream sends a comment, so that proxies keep it open. The default value is 15.</value>
    [Range(1, 3_600)]
    public int KeepAliveSeconds { get; set; } = DefaultKeepAliveSeconds;
}
