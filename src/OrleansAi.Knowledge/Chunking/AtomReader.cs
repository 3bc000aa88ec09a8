using OrleansAi.Knowledge.Documents;

namespace OrleansAi.Knowledge.Chunking;

/// <summary>Cuts a document into atoms, each tokenised once.</summary>
internal static class AtomReader
{
    // Long enough that counting costs little, short enough that overlaps come near what is asked for.
    private const int Longest = 160;
    private const int LeastTokens = 16;

    public static List<Atom> Read(ExtractedDocument document, int maxTokens)
    {
        var atoms = new List<Atom>();
        for (var block = 0; block < document.Blocks.Count; block++)
        {
            var first = atoms.Count;
            var isAfterHeading = block > 0 && document.Blocks[block - 1].Kind == BlockKind.Heading;
            Read(document.Text, document.Blocks[block], block, isAfterHeading, Math.Max(LeastTokens, maxTokens / 8), atoms);
            if (document.Blocks[block].Kind is BlockKind.Code or BlockKind.Table)
            {
                KeepTogether(atoms, first, maxTokens);
            }
        }

        return atoms;
    }

    private static void Read(string text, DocumentBlock block, int number, bool isAfterHeading, int mostTokens, List<Atom> atoms)
    {
        var start = block.Span.Start;

        // A heading stays with what is below it.
        var cut = block.Kind == BlockKind.Heading ? CutQuality.Heading : isAfterHeading ? CutQuality.Word : CutQuality.Block;
        while (start < block.Span.End)
        {
            var (end, next) = EndOf(text, start, block.Span.End);
            var tokens = TokenCounting.Count(text.AsSpan(start, end - start));
            while (tokens > mostTokens && end - start > 2)
            {
                // Scripts and symbols that the tokenizer has no words for.
                (end, next) = (AvoidHalf(text, start + ((end - start) / 2)), CutQuality.Anywhere);
                tokens = TokenCounting.Count(text.AsSpan(start, end - start));
            }

            atoms.Add(new Atom(start, tokens, cut, number, ExactCuts.IsOne(text, start)));
            (start, cut) = (end, next);
        }
    }

    private static void KeepTogether(List<Atom> atoms, int first, int maxTokens)
    {
        var tokens = 0;
        for (var i = first; i < atoms.Count; i++)
        {
            tokens += atoms[i].Tokens;
        }

        for (var i = first + 1; i < atoms.Count && tokens <= maxTokens; i++)
        {
            atoms[i] = atoms[i] with { Cut = CutQuality.Code };
        }
    }

    // The end of the line or sentence; when that is too far, a space or, at worst, anywhere between two characters.
    private static (int End, CutQuality Next) EndOf(string text, int start, int limit)
    {
        var (reach, word) = (Math.Min(limit, start + Longest), -1);
        for (var i = start + 1; i < reach; i++)
        {
            if (ExactCuts.IsLineStart(text, i) || IsSentenceStart(text, i))
            {
                return (i, CutQuality.Sentence);
            }

            word = ExactCuts.IsWordStart(text, i) ? i : word;
        }

        if (reach == limit)
        {
            return (limit, CutQuality.Block);
        }

        if (word > 0)
        {
            return (word, CutQuality.Word);
        }

        return (AvoidHalf(text, reach), CutQuality.Anywhere);
    }

    // Never between the halves of a character, and never nowhere.
    private static int AvoidHalf(string text, int i) => char.IsLowSurrogate(text[i]) ? i + 1 : i;

    private static bool IsSentenceStart(string text, int i) =>
        text[i - 1] is '.' or '!' or '?' or ':' or ';' && ExactCuts.IsWordStart(text, i);
}
