namespace OrleansAi.Contracts.Transcripts;

/// <summary>Who speaks in a message.</summary>
[GenerateSerializer]
[Alias("orleansai.role")]
public enum Role
{
    /// <summary>The person or program that asks.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>The system.</summary>
    System,

    /// <summary>The developer.</summary>
    Developer,
}

/// <summary>Whether an item is whole.</summary>
[GenerateSerializer]
[Alias("orleansai.item-status")]
public enum ItemStatus
{
    /// <summary>The item is whole.</summary>
    Completed,

    /// <summary>The item is being written.</summary>
    InProgress,

    /// <summary>The item was cut and will not grow.</summary>
    Incomplete,
}

/// <summary>The atom of a transcript: a message.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.item")]
public sealed record Item
{
    /// <summary>The item's id, unique in its tenant.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Who speaks.</summary>
    [Id(1)]
    public required Role Role { get; init; }

    /// <summary>Whether the item is whole.</summary>
    [Id(2)]
    public ItemStatus Status { get; init; }

    /// <summary>The parts, in order.</summary>
    [Id(3)]
    public required IReadOnlyList<ContentPart> Parts { get; init; }

    /// <summary>The text of all parts, one after the other.</summary>
    public string Text => Parts.Count == 1 ? Parts[0].Text : string.Concat(Parts.Select(static part => part.Text));
}
