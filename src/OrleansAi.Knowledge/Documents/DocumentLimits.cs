namespace OrleansAi.Knowledge.Documents;

/// <summary>The bounds within which a document is read.</summary>
public sealed record DocumentLimits
{
    /// <summary>The default of <see cref="MostBytes"/>.</summary>
    public const int DefaultMostBytes = 64 << 20;

    /// <summary>The default of <see cref="MostCharacters"/>.</summary>
    public const int DefaultMostCharacters = 16 << 20;

    /// <summary>The default of <see cref="DeepestNesting"/>.</summary>
    public const int DefaultDeepestNesting = 128;

    /// <summary>The default of <see cref="MostBlocks"/>.</summary>
    public const int DefaultMostBlocks = 500_000;

    /// <summary>The default of <see cref="MostPages"/>.</summary>
    public const int DefaultMostPages = 5_000;

    /// <summary>The default of <see cref="Time"/>.</summary>
    public static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(30);

    /// <summary>The largest source.</summary>
    /// <value>The default value is 64 MiB.</value>
    public int MostBytes { get; init; } = DefaultMostBytes;

    /// <summary>The longest text, in UTF-16 units.</summary>
    /// <value>The default value is 16,777,216 units.</value>
    public int MostCharacters { get; init; } = DefaultMostCharacters;

    /// <summary>How deep elements, objects and arrays may be nested.</summary>
    /// <value>The default value is 128 levels.</value>
    public int DeepestNesting { get; init; } = DefaultDeepestNesting;

    /// <summary>The most blocks.</summary>
    /// <value>The default value is 500,000 blocks.</value>
    public int MostBlocks { get; init; } = DefaultMostBlocks;

    /// <summary>The most pages.</summary>
    /// <value>The default value is 5,000 pages.</value>
    public int MostPages { get; init; } = DefaultMostPages;

    /// <summary>How long a document may be read.</summary>
    /// <value>The default value is 30 seconds.</value>
    public TimeSpan Time { get; init; } = DefaultTime;
}
