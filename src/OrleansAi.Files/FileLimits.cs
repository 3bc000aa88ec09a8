using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Files;

/// <summary>The section <c>OrleansAi:Files</c>: the limits of files.</summary>
public sealed class FileLimits
{
    /// <summary>The name of the section.</summary>
    public const string Section = "OrleansAi:Files";

    /// <summary>The default of <see cref="MaxFileBytes"/>.</summary>
    public const long DefaultMaxFileBytes = 32 << 20;

    /// <summary>The default of <see cref="MaxFiles"/>.</summary>
    public const int DefaultMaxFiles = 10_000;

    /// <summary>The default of <see cref="MaxInputBytes"/>.</summary>
    public const int DefaultMaxInputBytes = 8 << 20;

    /// <value>The largest file in bytes; a larger one is refused with <c>file_too_large</c>. The default value is 32 MiB.</value>
    [Range(1, 1L << 32)]
    public long MaxFileBytes { get; set; } = DefaultMaxFileBytes;

    /// <value>
    /// The most files of a tenant, uploads under way included; one more is refused with <c>too_many_files</c>. The default value is
    /// 10,000.
    /// </value>
    [Range(1, 100_000)]
    public int MaxFiles { get; set; } = DefaultMaxFiles;

    /// <value>
    /// The most bytes of files that one request may give a model by their ids; more are refused with <c>file_too_large</c>. They
    /// are copied into the conversation. The default value is 8 MiB.
    /// </value>
    [Range(1, 1 << 30)]
    public int MaxInputBytes { get; set; } = DefaultMaxInputBytes;
}
