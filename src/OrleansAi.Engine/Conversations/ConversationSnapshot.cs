namespace OrleansAi.Engine.Conversations;

/// <summary>
/// A conversation's folded state at a position of its stream: a shortcut for activation, never the truth. It holds
/// positions, not texts, so its size does not follow the conversation's.
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

    /// <summary>The caller's own pairs.</summary>
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
}
