using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Documents;

namespace OrleansAi.Knowledge.Chunking;

/// <summary>
/// Cuts documents by tokens. A chunk ends before a heading, a paragraph or a sentence where one is near its limit, and code that fits a chunk is
/// not cut. Chunks cover the whole text in order; the same document and options give the same chunks in every process.
/// </summary>
public static class Chunker
{
    /// <summary>Cuts a document.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>: the options break a bound.</exception>
    public static IReadOnlyList<Chunk> Cut(ExtractedDocument document, ChunkingOptions options)
    {
        options.Check();
        var atoms = new AtomList(document.Text, AtomReader.Read(document, options.MaxTokens));
        var planner = new CutPlanner(atoms, options);
        var headings = new HeadingPaths(document.Blocks);
        var chunks = new List<Chunk>();
        var (from, covered) = (0, 0);
        while (covered < atoms.Count)
        {
            (from, var to) = planner.Next(from, covered);
            chunks.Add(New(document, atoms, headings, chunks.Count, from, to));
            (from, covered) = (planner.OverlapStart(from, to), to);
        }

        return chunks;
    }

    private static Chunk New(ExtractedDocument document, AtomList atoms, HeadingPaths headings, int index, int from, int to)
    {
        var span = TextSpan.Between(atoms.StartOf(from), atoms.StartOf(to));
        var (first, last) = (document.Blocks[atoms[from].Block], document.Blocks[atoms[to - 1].Block]);

        // Where the text is the source, a part of a block is known exactly; otherwise a block's source is as near as it gets.
        var source = first.Source == first.Span && last.Source == last.Span
            ? span
            : TextSpan.Between(first.Source.Start, Math.Max(first.Source.End, last.Source.End));
        return new Chunk
        {
            DocumentHash = document.Hash,
            Index = index,
            Span = span,
            Source = source,
            HeadingPath = headings.Above(atoms[from].Block),
            Tokens = atoms.Tokens(from, to),
            Hash = ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(document.Text, span.Start, span.Length)),
            Page = first.Page,
        };
    }
}
