namespace OrleansAi.Journal;

/// <summary>A payload that is stored once for its owner.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Bytes">The payload.</param>
public sealed record Content(ContentHash Hash, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// A compare-and-append: the records take the places after <paramref name="ExpectedPosition"/> or nothing happens.
/// Records, contents, keys, index and idempotency key are one transaction.
/// </summary>
/// <param name="Stream">The owner's stream.</param>
/// <param name="ExpectedPosition">The position of the stream's last record; 0 for an empty stream.</param>
/// <param name="Records">At least one record.</param>
public sealed record JournalAppend(string Stream, long ExpectedPosition, IReadOnlyList<NewRecord> Records)
{
    /// <summary>Payloads that the records refer to; those that the owner has already are left as they are.</summary>
    public IReadOnlyList<Content> Contents { get; init; } = [];

    /// <summary>Changes of the index of runs.</summary>
    public IReadOnlyList<RunChange> Runs { get; init; } = [];

    /// <summary>The idempotency key that must be new.</summary>
    public IdempotencyEntry? Idempotency { get; init; }

    /// <summary>The keys to the stream's content, when they are new or change with this append.</summary>
    public KeyChange? Keys { get; init; }

    /// <summary>Payloads that nothing will refer to from here on.</summary>
    public ContentRelease? Release { get; init; }

    /// <summary>About how many bytes are written.</summary>
    public int Size => Records.Sum(static record => record.Body.Length) + Contents.Sum(static c => c.Bytes.Length);
}

/// <summary>How an append ended.</summary>
public enum AppendStatus
{
    /// <summary>The records are durable.</summary>
    Committed,

    /// <summary>The stream has moved: somebody else wrote. The owner must drop its state and reload.</summary>
    PositionTaken,

    /// <summary>The idempotency key is in use; <see cref="AppendOutcome.Existing"/> says for what.</summary>
    IdempotencyKeyTaken,
}

/// <summary>How an append ended.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Existing">What the idempotency key stands for already.</param>
public readonly record struct AppendOutcome(AppendStatus Status, IdempotencyEntry? Existing = null)
{
    /// <summary>The records are durable.</summary>
    public static AppendOutcome Committed => new(AppendStatus.Committed);

    /// <summary>The stream has moved.</summary>
    public static AppendOutcome PositionTaken => new(AppendStatus.PositionTaken);
}
