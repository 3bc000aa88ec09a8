namespace OrleansAi.Journal.Integrity;

/// <summary>A store as it is looked over: every table as it stands, injured or not.</summary>
public interface IIntegritySource
{
    /// <summary>Opens a view of one moment. It does not change while others write; hold it for seconds, not for hours.</summary>
    /// <exception cref="JournalException">The store cannot be read, or is of a build that has no hashes yet.</exception>
    Task<IIntegrityView> OpenAsync(CancellationToken cancellationToken);
}

/// <summary>A store at one moment. Nothing is taken for granted of what is read: numbers may be out of any range.</summary>
public interface IIntegrityView : IAsyncDisposable
{
    /// <summary>The next stream by name of which there is a record, a head, a content or a key; null at the end.</summary>
    Task<string?> NextStreamAsync(string after, CancellationToken cancellationToken);

    /// <summary>The records after a position.</summary>
    Task<IReadOnlyList<StoredRecord>> ReadRecordsAsync(string stream, long after, int limit, CancellationToken cancellationToken);

    /// <summary>What else there is of a stream.</summary>
    Task<StreamFacts> ReadFactsAsync(string stream, CancellationToken cancellationToken);

    /// <summary>Those of the hashes that a stream has contents for.</summary>
    Task<IReadOnlySet<ContentHash>> FindContentsAsync(
        string stream, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken);

    /// <summary>How many bytes those of the hashes have that a stream has contents for.</summary>
    Task<long> MeasureContentsAsync(string stream, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken);

    /// <summary>The contents of a stream in the order of their hashes; after null from the beginning.</summary>
    Task<IReadOnlyList<StoredContent>> ReadContentsAsync(
        string stream, ReadOnlyMemory<byte>? after, int limit, CancellationToken cancellationToken);

    /// <summary>Lines of the index of runs, open and ended, by their runs' ids.</summary>
    Task<IReadOnlyList<RunRow>> FindRunsAsync(string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken);

    /// <summary>The ended runs of a stream in the order of their keys.</summary>
    Task<IReadOnlyList<RunRow>> ListEndedRunsAsync(string stream, string afterKey, int limit, CancellationToken cancellationToken);

    /// <summary>Open runs of all streams in the order of their keys and tenants.</summary>
    Task<IReadOnlyList<RunRow>> ListOpenRunsAsync(string afterKey, string afterTenant, int limit, CancellationToken cancellationToken);

    /// <summary>Idempotency keys of a tenant.</summary>
    Task<IReadOnlyList<IdempotencyEntry>> FindIdempotencyKeysAsync(
        string tenant, IReadOnlyCollection<string> keys, CancellationToken cancellationToken);
}

/// <summary>A record as it is stored.</summary>
/// <param name="Position">Its place.</param>
/// <param name="RecordId">Its id.</param>
/// <param name="Kind">What it says, whether or not there is such a kind.</param>
/// <param name="At">When it was made.</param>
/// <param name="Body">The body.</param>
/// <param name="Witness">What it witnesses; empty for nothing.</param>
/// <param name="Hash">Its hash; null when it is from before there were any.</param>
public sealed record StoredRecord(
    long Position, Guid RecordId, long Kind, long At, ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte> Witness, byte[]? Hash)
{
    /// <summary>The record as its readers know it.</summary>
    public JournalRecord ToRecord() => new(Position, RecordId, (RecordKind)Kind, Body, At);
}

/// <summary>What there is of a stream besides records and contents.</summary>
/// <param name="Head">The position that is written down as its head; null when none is.</param>
/// <param name="Keys">SHA-256 of its keys; null when it has none.</param>
/// <param name="EndedRuns">How many ended runs the index has of it.</param>
public sealed record StreamFacts(long? Head, byte[]? Keys, long EndedRuns);

/// <summary>A content as it is stored.</summary>
/// <param name="Hash">The hash under which it is stored.</param>
/// <param name="Actual">The hash of its bytes.</param>
public sealed record StoredContent(byte[] Hash, byte[] Actual);

/// <summary>A line of the index of runs as it is stored.</summary>
public sealed record RunRow
{
    /// <summary>True when it stands among the open runs.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>The tenant.</summary>
    public required string Tenant { get; init; }

    /// <summary>The part of the run's id that sorts.</summary>
    public required string Key { get; init; }

    /// <summary>The run's id.</summary>
    public required string RunId { get; init; }

    /// <summary>The conversation's id.</summary>
    public required string Conversation { get; init; }

    /// <summary>The route.</summary>
    public required string Model { get; init; }

    /// <summary>The state of an ended run.</summary>
    public long? Status { get; init; }

    /// <summary>When it was admitted.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Where its admission stands.</summary>
    public required long AdmittedPosition { get; init; }

    /// <summary>Where its end stands.</summary>
    public long? EndedPosition { get; init; }

    /// <summary>Who wakes it.</summary>
    public string? Waker { get; init; }

    /// <summary>The run under which it is listed.</summary>
    public string? Listing { get; init; }

    /// <summary>The run that it is a fork of.</summary>
    public string? ForkedFrom { get; init; }

    /// <summary>When retention let its content go.</summary>
    public long? ReleasedAt { get; init; }

    /// <summary>1 for a pinned run, 0 for one that was unpinned and not looked at since.</summary>
    public long? Pinned { get; init; }

    /// <summary>The stream that holds it.</summary>
    public string Stream => StreamNames.Conversation(Tenant, Conversation);
}
