namespace OrleansAi.Knowledge.Documents;

/// <summary>A block of a document. The blocks of a document follow each other without gaps.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Span">Where it is in the document's text, with the blank lines after it.</param>
/// <param name="Source">
/// Where it comes from, in the decoded source. The same as <paramref name="Span"/> where the text is the source; otherwise
/// the place of the element, record or value.
/// </param>
public sealed record DocumentBlock(BlockKind Kind, TextSpan Span, TextSpan Source)
{
    /// <summary>1 to 6 for a heading, 0 for anything else.</summary>
    public int Level { get; init; }

    /// <summary>The text of a heading without its marks.</summary>
    public string Title { get; init; } = "";

    /// <summary>The page, from 1, where the source has pages.</summary>
    public int? Page { get; init; }
}
