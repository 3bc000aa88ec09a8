namespace OrleansAi.Contracts.Retrieval;

/// <summary>What a piece of a context is. The numbers are stored: never change one.</summary>
[GenerateSerializer]
[Alias("orleansai.context-piece-kind")]
public enum ContextPieceKind
{
    /// <summary>Instructions for the turn.</summary>
    Instructions = 0,

    /// <summary>A message of the history.</summary>
    History = 1,

    /// <summary>A passage out of a collection: data of others, not to be trusted.</summary>
    Passage = 2,

    /// <summary>A message of the turn.</summary>
    Message = 3,

    /// <summary>A tool that is offered to the model.</summary>
    Tool = 4,
}

/// <summary>Why a piece is not in the context. The numbers are stored: never change one.</summary>
[GenerateSerializer]
[Alias("orleansai.context-drop")]
public enum ContextDrop
{
    /// <summary>It is in it.</summary>
    None = 0,

    /// <summary>The turns before do not fit into the window any more.</summary>
    Window = 1,

    /// <summary>The passages have more tokens than they may.</summary>
    Budget = 2,

    /// <summary>The same text is in it already.</summary>
    Duplicate = 3,

    /// <summary>The route offers no tools beside passages that others wrote.</summary>
    Untrusted = 4,

    /// <summary>The caller's choice of tools leaves it out.</summary>
    NotAllowed = 5,
}

/// <summary>One piece that was considered for a model call. The order of the pieces is that of the call.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.context-piece")]
public sealed record ContextPiece
{
    /// <summary>What it is.</summary>
    [Id(0)]
    public required ContextPieceKind Kind { get; init; }

    /// <summary>Why it was left out; <see cref="ContextDrop.None"/> for one that was kept.</summary>
    [Id(1)]
    public ContextDrop Drop { get; init; }

    /// <summary>
    /// About how many tokens it has: by its length, its share of the input that the vendor has counted; where that is unknown or cannot be, a
    /// quarter of its bytes. In runs of builds before 2026-11-28 its tokens of o200k_base.
    /// </summary>
    [Id(2)]
    public int Tokens { get; init; }

    /// <summary>The first half of its SHA-256, 32 lower-case hexadecimal digits; empty for turns that are no longer in memory.</summary>
    [Id(3)]
    public required string Hash { get; init; }

    /// <summary>Of a passage its place among those that were found, from 0.</summary>
    [Id(4)]
    public int? Passage { get; init; }
}
