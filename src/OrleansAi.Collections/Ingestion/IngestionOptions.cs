using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Collections.Ingestion;

/// <summary>The section <c>OrleansAi:Collections</c>: how documents are ingested and for how long old versions are kept.</summary>
public sealed class IngestionOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "OrleansAi:Collections";

    /// <summary>The default of <see cref="DocumentsAtOnce"/>.</summary>
    public const int DefaultDocumentsAtOnce = 32;

    /// <summary>The default of <see cref="EmbeddingBatch"/>.</summary>
    public const int DefaultEmbeddingBatch = 256;

    /// <summary>The default of <see cref="MaxAttempts"/>.</summary>
    public const int DefaultMaxAttempts = 10;

    /// <summary>The default of <see cref="RetryAfterSeconds"/>.</summary>
    public const double DefaultRetryAfterSeconds = 1;

    /// <summary>The default of <see cref="KeepVersionsDays"/>.</summary>
    public const double DefaultKeepVersionsDays = 30;

    /// <summary>The default of <see cref="ReadLeaseMilliseconds"/>.</summary>
    public const int DefaultReadLeaseMilliseconds = 500;

    /// <value>How many documents of one collection are ingested at once; of their files at most 64 MiB. The default value is 32.</value>
    [Range(1, 256)]
    public int DocumentsAtOnce { get; set; } = DefaultDocumentsAtOnce;

    /// <value>The most texts that are embedded, and made durable, at once. The default value is 256.</value>
    [Range(1, 2_048)]
    public int EmbeddingBatch { get; set; } = DefaultEmbeddingBatch;

    /// <value>How often a document is tried whose trouble may pass, before it is set aside. The default value is 10.</value>
    [Range(1, 1_000)]
    public int MaxAttempts { get; set; } = DefaultMaxAttempts;

    /// <value>
    /// How long a document waits after its first attempt, in seconds; it doubles with every further one, up to five minutes. The
    /// default value is 1.
    /// </value>
    [Range(0, 300)]
    public double RetryAfterSeconds { get; set; } = DefaultRetryAfterSeconds;

    /// <value>How long a version can be read after a newer one was made, in days. The default value is 30.</value>
    [Range(0, 3_650)]
    public double KeepVersionsDays { get; set; } = DefaultKeepVersionsDays;

    /// <value>
    /// For how long the owner of a collection answers reads without asking the store whether another owner wrote, in milliseconds. The first write of a new owner is
    /// acknowledged only after that time, so it must be the same in all processes; 0 asks for every read. The default value is 500.
    /// </value>
    [Range(0, 10_000)]
    public int ReadLeaseMilliseconds { get; set; } = DefaultReadLeaseMilliseconds;
}
