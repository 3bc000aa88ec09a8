using OrleansAi.Journal;
using OrleansAi.Knowledge.Documents;

namespace OrleansAi.Knowledge.Chunking;

/// <summary>A part of a document that is found and cited as one.</summary>
public sealed record Chunk
{
    /// <summary>The hash of the document's source.</summary>
    public required ContentHash DocumentHash { get; init; }

    /// <summary>Its number in the document, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Where it is in the document's text.</summary>
    public required TextSpan Span { get; init; }

    /// <summary>Where it comes from in the decoded source.</summary>
    public required TextSpan Source { get; init; }

    /// <summary>The headings above its beginning, outermost first.</summary>
    public required IReadOnlyList<string> HeadingPath { get; init; }

    /// <summary>How many tokens of o200k_base its text has.</summary>
    public required int Tokens { get; init; }

    /// <summary>The hash of its text.</summary>
    public required ContentHash Hash { get; init; }

    /// <summary>The page it begins on, where the source has pages.</summary>
    public int? Page { get; init; }

    /// <summary>Its text.</summary>
    public string TextOf(ExtractedDocument document) => document.Text.Substring(Span.Start, Span.Length);

    /// <summary>What is embedded: the headings above it, which its text may not repeat, then the text.</summary>
    public string EmbeddingTextOf(ExtractedDocument document) => HeadingPath.Count == 0
        ? TextOf(document)
        : $"{string.Join(" > ", HeadingPath)}\n{TextOf(document)}";
}
