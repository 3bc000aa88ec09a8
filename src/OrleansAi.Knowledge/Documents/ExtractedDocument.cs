using OrleansAi.Journal;

namespace OrleansAi.Knowledge.Documents;

/// <summary>A document as text with structure. The same source gives the same one in every process.</summary>
public sealed record ExtractedDocument
{
    /// <summary>How it was read.</summary>
    public required DocumentKind Kind { get; init; }

    /// <summary>The hash of the source's bytes: the document's identity.</summary>
    public required ContentHash Hash { get; init; }

    /// <summary>The text. For plain text, code and Markdown it is the decoded source itself.</summary>
    public required string Text { get; init; }

    /// <summary>The blocks, in order; together they are the whole text.</summary>
    public required IReadOnlyList<DocumentBlock> Blocks { get; init; }

    /// <summary>The title that the source gives itself.</summary>
    public string? Title { get; init; }
}
