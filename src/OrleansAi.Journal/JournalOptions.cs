using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Journal;

/// <summary>How appends are gathered into transactions.</summary>
public sealed class JournalOptions
{
    /// <summary>The default of <see cref="MaxBatch"/>.</summary>
    public const int DefaultMaxBatch = 256;

    /// <summary>The default of <see cref="MaxPending"/>.</summary>
    public const int DefaultMaxPending = 20_000;

    /// <summary>The default of <see cref="Attempts"/>.</summary>
    public const int DefaultAttempts = 5;

    /// <value>The most appends in one transaction. The default value is 256.</value>
    [Range(1, 10_000)]
    public int MaxBatch { get; set; } = DefaultMaxBatch;

    /// <value>The most appends that may wait; one more is refused. The default value is 20,000.</value>
    [Range(1, 1_000_000)]
    public int MaxPending { get; set; } = DefaultMaxPending;

    /// <value>How often a failing transaction is tried before its appends fail. The default value is 5.</value>
    [Range(1, 100)]
    public int Attempts { get; set; } = DefaultAttempts;

    /// <value>How many transactions may be under way at once. The default value is 1; SQLite never uses more.</value>
    [Range(1, 16)]
    public int Writers { get; set; } = 1;
}
