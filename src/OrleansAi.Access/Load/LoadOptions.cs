using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Access.Load;

/// <summary>When a process has more to do than it can; a part of the section <c>OrleansAi:Http</c>.</summary>
public sealed class LoadOptions
{
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
}
