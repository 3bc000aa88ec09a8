using OrleansAi.Contracts.Runs;

namespace OrleansAi.Journal;

/// <summary>A run's line in the index.</summary>
public sealed record RunEntry
{
    /// <summary>The model of a collection's ingestion, which stands in the index so that it is woken after a crash.</summary>
    public const string Ingestion = "ingestion";

    /// <summary>The tenant.</summary>
    public required string Tenant { get; init; }

    /// <summary>The run's id; ids sort by admission time.</summary>
    public required string RunId { get; init; }

    /// <summary>The conversation's id, without its tenant.</summary>
    public required string Conversation { get; init; }

    /// <summary>The route.</summary>
    public required string Model { get; init; }

    /// <summary>The state; an open run is in the index as <see cref="RunStatus.InProgress"/> whether it waits or runs.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>When the run was admitted, Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>When the run ended, Unix milliseconds.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Where its admission stands in the conversation's stream.</summary>
    public required long AdmittedPosition { get; init; }

    /// <summary>Where its end stands in the conversation's stream.</summary>
    public long? EndedPosition { get; init; }

    /// <summary>Who wakes the run while it is open: the silo that owns it.</summary>
    public string? Waker { get; init; }

    /// <summary>
    /// The run of the first choice of the listed chat completion that this run, once ended, is a choice of: its own id for the
    /// first. Null for what is not listed, and while the run is open.
    /// </summary>
    public string? Listing { get; init; }

    /// <summary>The id of the run that this one is a fork of; null for any other run.</summary>
    public string? ForkedFrom { get; init; }

    /// <summary>When retention let the run's content go, Unix milliseconds; null for a run that it has not.</summary>
    public long? ReleasedAt { get; init; }

    /// <summary>
    /// True for a run that retention leaves; false for one that was unpinned since, which retention has not looked at again; null for any other.
    /// </summary>
    public bool? Pinned { get; init; }

    /// <summary>The stream that holds the run.</summary>
    public string Stream => StreamNames.Conversation(Tenant, Conversation);
}

/// <summary>What an append does to the index of runs.</summary>
public enum RunChangeKind
{
    /// <summary>A new open run.</summary>
    Open,

    /// <summary>An open run gets another waker.</summary>
    Wake,

    /// <summary>An open run ends.</summary>
    End,

    /// <summary>A run that has ended is listed no more.</summary>
    Unlist,

    /// <summary>The content of a run that has ended is let go. Its pin goes with it.</summary>
    Release,

    /// <summary>A run that has ended is pinned or unpinned.</summary>
    Pin,
}

/// <summary>A change of the index of runs, made in the same transaction as the records.</summary>
/// <param name="Kind">What changes.</param>
/// <param name="Entry">The line as it stands afterwards.</param>
public sealed record RunChange(RunChangeKind Kind, RunEntry Entry);

/// <summary>An idempotency key and what it stands for. Unique by tenant and key.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Key">The key as the caller gave it.</param>
/// <param name="RequestHash">SHA-256 of the request that came with it, lower-case hexadecimal.</param>
/// <param name="RunId">The run that it made.</param>
/// <param name="Conversation">The run's conversation, without its tenant.</param>
/// <param name="At">When it was used first, Unix milliseconds.</param>
public sealed record IdempotencyEntry(
    string Tenant,
    string Key,
    string RequestHash,
    string RunId,
    string Conversation,
    long At);
