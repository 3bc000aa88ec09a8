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

/// <summary>What an item is.</summary>
[GenerateSerializer]
[Alias("orleansai.item-kind")]
public enum ItemKind
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>A function that a model called.</summary>
    FunctionCall,

    /// <summary>What came of a function call.</summary>
    FunctionCallOutput,

    /// <summary>What a model thought before it spoke.</summary>
    Reasoning,

    /// <summary>A summary that stands for the part of a transcript before it.</summary>
    Compaction,

    /// <summary>A search of collections.</summary>
    FileSearchCall,
}

/// <summary>The atom of a transcript.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.item")]
public sealed record Item
{
    /// <summary>The item's id, unique in its tenant.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Who speaks, in a message.</summary>
    [Id(1)]
    public Role Role { get; init; }

    /// <summary>Whether the item is whole.</summary>
    [Id(2)]
    public ItemStatus Status { get; init; }

    /// <summary>
    /// The parts, in order: of a message or a function's output its content, of reasoning its summary and its text, of a
    /// compaction the summary.
    /// </summary>
    [Id(3)]
    public IReadOnlyList<ContentPart> Parts { get; init; } = [];

    /// <summary>What the item is.</summary>
    [Id(4)]
    public ItemKind Kind { get; init; }

    /// <summary>The id by which a function call and its output know each other.</summary>
    [Id(5)]
    public string? CallId { get; init; }

    /// <summary>The function's name; of a message the name of who speaks, where its caller gave one.</summary>
    [Id(6)]
    public string? Name { get; init; }

    /// <summary>A function call's arguments, as the model wrote them: JSON, if it kept to its promise.</summary>
    [Id(7)]
    public string? Arguments { get; init; }

    /// <summary><c>commentary</c> or <c>final_answer</c>, where a message says so.</summary>
    [Id(8)]
    public string? Phase { get; init; }

    /// <summary>What the vendors that made the item want back with it.</summary>
    [Id(9)]
    public IReadOnlyList<ItemOrigin> Origins { get; init; } = [];

    /// <summary>What was searched for and found, of a search.</summary>
    [Id(10)]
    public SearchCall? Search { get; init; }

    /// <summary>The text of all parts that are text, one after the other.</summary>
    public string Text => Parts is [{ IsMedia: false } only]
        ? only.Text
        : string.Concat(Parts.Where(static part => !part.IsMedia).Select(static part => part.Text));

    /// <summary>How much of a model's context the item takes, in UTF-16 units of text. Images and files are not text.</summary>
    public int Characters => Text.Length + (Name?.Length ?? 0) + (Arguments?.Length ?? 0);
}

/// <summary>What one vendor wants back with an item that it made, byte for byte, and what no other vendor is shown.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.item-origin")]
public sealed record ItemOrigin
{
    /// <summary>The vendor's configured name.</summary>
    [Id(0)]
    public required string Vendor { get; init; }

    /// <summary>What the opaque value is in the vendor's words; null for a function call's signature.</summary>
    [Id(1)]
    public string? Kind { get; init; }

    /// <summary>The vendor's own id of the item.</summary>
    [Id(2)]
    public string? Id { get; init; }

    /// <summary>The signature or encrypted content.</summary>
    [Id(3)]
    public string? Opaque { get; init; }

    /// <summary>How much of the item's text belongs to it, in UTF-16 units: a vendor may think in several pieces.</summary>
    [Id(4)]
    public int Length { get; init; }
}
