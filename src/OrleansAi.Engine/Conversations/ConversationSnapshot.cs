using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Conversations;

/// <summary>
/// A conversation's folded state at a position of its stream: a shortcut for activation, never the truth. It holds
/// positions, not texts, so its size does not follow the conversation's and there is nothing in it to destroy.
/// </summary>
[GenerateSerializer]
[Alias("orleansai.conversation-snapshot")]
public sealed class ConversationSnapshot
{
    /// <summary>The position up to which the stream is folded.</summary>
    [Id(0)]
    public long Position { get; set; }

    /// <summary>When the conversation was made, Unix milliseconds.</summary>
    [Id(1)]
    public long CreatedAt { get; set; }

    /// <summary>True when it was deleted.</summary>
    [Id(2)]
    public bool IsDeleted { get; set; }

    /// <summary>The caller's own pairs, in the clear: only in a snapshot of an earlier build.</summary>
    [Id(3)]
    public Dictionary<string, string> Metadata { get; set; } = [];

    /// <summary>How many turns have ended.</summary>
    [Id(4)]
    public long Turns { get; set; }

    /// <summary>The newest run.</summary>
    [Id(5)]
    public string? LastRunId { get; set; }

    /// <summary>Admission and end of every turn in the window: two numbers a turn.</summary>
    [Id(6)]
    public List<long> Window { get; set; } = [];

    /// <summary>Admission and recoveries of every open run: two numbers a run.</summary>
    [Id(7)]
    public List<long> Open { get; set; } = [];

    /// <summary>The turns in the window that were made in another conversation; they stand before all others.</summary>
    [Id(8)]
    public List<InheritedTurn> Inherited { get; set; } = [];

    /// <summary>The items that were deleted.</summary>
    [Id(9)]
    public List<string> Deleted { get; set; } = [];

    /// <summary>Where the conversation was forked off; null for one with a beginning of its own.</summary>
    [Id(10)]
    public ForkPoint? Fork { get; set; }

    /// <summary>Where the record with the caller's own pairs stands; 0 when there are none.</summary>
    [Id(11)]
    public long MetadataPosition { get; set; }

    /// <summary>Where the steps of the open runs are recorded.</summary>
    [Id(12)]
    public List<long> Steps { get; set; } = [];

    /// <summary>The runs whose turns others stand in the place of.</summary>
    [Id(13)]
    public List<string> Replaced { get; set; } = [];

    /// <summary>The positions of the records that the state needs besides those after the snapshot.</summary>
    public IReadOnlyCollection<long> Positions() =>
        [.. Window.Concat(Open.Where(static (_, i) => i % 2 == 0)).Concat(Steps).Append(MetadataPosition).Where(static position => position > 0).Distinct()];
}

/// <summary>A turn of another conversation in a fork's past.</summary>
/// <param name="Conversation">The conversation that it was made in.</param>
/// <param name="Admitted">Where its admission stands; 0 for items given without a run.</param>
/// <param name="Ended">Where its end stands.</param>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.inherited-turn")]
public sealed record InheritedTurn(
    [property: Id(0)] string Conversation, [property: Id(1)] long Admitted, [property: Id(2)] long Ended);
