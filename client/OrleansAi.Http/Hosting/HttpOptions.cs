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
