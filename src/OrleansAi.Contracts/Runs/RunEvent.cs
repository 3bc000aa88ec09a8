using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Contracts.Runs;

/// <summary>What happened to a run.</summary>
[GenerateSerializer]
[Alias("orleansai.run-event-kind")]
public enum RunEventKind
{
    /// <summary>The run was admitted.</summary>
    Created,

    /// <summary>The run began.</summary>
    InProgress,

    /// <summary>An item began.</summary>
    ItemAdded,

    /// <summary>A part of an item began.</summary>
    PartAdded,

    /// <summary>Text was added to the part, or to a function call's arguments.</summary>
    TextDelta,

    /// <summary>The text is whole, or the arguments are.</summary>
    TextDone,

    /// <summary>The part is whole.</summary>
    PartDone,

    /// <summary>The item will not change any more; its status says whether it is whole.</summary>
    ItemDone,

    /// <summary>The run has ended; the last event of every run.</summary>
    Ended,

    /// <summary>The run waits for others of its conversation; only after <see cref="Created"/>.</summary>
    Queued,

    /// <summary>The part's text is annotated; after its last <see cref="TextDelta"/> and before <see cref="TextDone"/>.</summary>
    AnnotationAdded,

    /// <summary>A search goes on; <see cref="RunEvent.Text"/> is <c>in_progress</c>, <c>searching</c> or <c>completed</c>.</summary>
    SearchProgress,
}

/// <summary>What a text of an event belongs to.</summary>
[GenerateSerializer]
[Alias("orleansai.run-event-part")]
public enum RunEventPart
{
    /// <summary>A message's text.</summary>
    Text,

    /// <summary>A message's refusal.</summary>
    Refusal,

    /// <summary>What the model thought.</summary>
    Summary,

    /// <summary>A function call's arguments, which are no part of their own: they begin and end with the item.</summary>
    Arguments,
}

/// <summary>
/// One event of a run. The numbers grow strictly and are the same whenever and wherever the run is followed. They are
/// without gaps inside one attempt; each further attempt begins at the next multiple of <see cref="AttemptSpan"/>,
/// because what an attempt that died had already sent is not known.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-event")]
public sealed record RunEvent
{
    /// <summary>The distance between the first numbers of two attempts; more than an attempt can have events.</summary>
    public const long AttemptSpan = 1 << 20;

    /// <summary>The event's number, from 0.</summary>
    [Id(0)]
    public required long Sequence { get; init; }

    /// <summary>What happened.</summary>
    [Id(1)]
    public required RunEventKind Kind { get; init; }

    /// <summary>The place of the item in the output, where the event is about one.</summary>
    [Id(2)]
    public int OutputIndex { get; init; }

    /// <summary>The id of the item, where the event is about one.</summary>
    [Id(3)]
    public string? ItemId { get; init; }

    /// <summary>
    /// The text added, the whole text for <see cref="RunEventKind.TextDone"/> and <see cref="RunEventKind.PartDone"/>, or the annotation as
    /// JSON for <see cref="RunEventKind.AnnotationAdded"/>.
    /// </summary>
    [Id(4)]
    public string? Text { get; init; }

    /// <summary>
    /// The item, for <see cref="RunEventKind.ItemAdded"/> and <see cref="RunEventKind.ItemDone"/>; for
    /// <see cref="RunEventKind.PartDone"/> the part alone, where more than its text is to be said of it.
    /// </summary>
    [Id(5)]
    public Item? Item { get; init; }

    /// <summary>The run, for <see cref="RunEventKind.Created"/>, <see cref="RunEventKind.InProgress"/> and <see cref="RunEventKind.Ended"/>.</summary>
    [Id(6)]
    public RunView? Run { get; init; }

    /// <summary>What the text belongs to.</summary>
    [Id(8)]
    public RunEventPart Part { get; init; }

    /// <summary>The place of the part in its item.</summary>
    [Id(9)]
    public int PartIndex { get; init; }

    /// <summary>The place of the annotation in its part, for <see cref="RunEventKind.AnnotationAdded"/>.</summary>
    [Id(10)]
    public int AnnotationIndex { get; init; }
}
