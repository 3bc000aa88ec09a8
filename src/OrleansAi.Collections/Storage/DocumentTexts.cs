using OrleansAi.Journal;
using OrleansAi.Knowledge.Documents;

namespace OrleansAi.Collections.Storage;

/// <summary>
/// The texts of a collection's documents, stored in pieces, so that a passage costs its own piece and not its document's whole text.
/// Keeps what was read last. Not safe for several threads; a grain owns it.
/// </summary>
/// <param name="contents">The collection's contents.</param>
internal sealed class DocumentTexts(CollectionContents contents)
{
    private const int MostRoots = 1_024;
    private const int MostKept = 16 << 20;
    private readonly Dictionary<string, IReadOnlyList<ContentHash>> _roots = new(StringComparer.Ordinal);
    private readonly KeptTexts _blocks = new(MostKept);

    /// <summary>Stores texts.</summary>
    /// <returns>Under which each is found; null for an empty one.</returns>
    public async Task<IReadOnlyList<string?>> WriteAsync(CollectionSeal seal, IReadOnlyList<string> texts)
    {
        var pieces = await Offload.RunAsync(() => texts.Where(static text => text.Length > 0).Select(Cut).ToList());
        var roots = new Queue<string>(await contents.WriteAsync(seal, pieces));
        return [.. texts.Select(text => text.Length > 0 ? roots.Dequeue() : null)];
    }

    /// <summary>Reads parts of texts, what is not known of all of them together.</summary>
    /// <param name="seal">The collection's key.</param>
    /// <param name="parts">Under which each text is found, and which part of it.</param>
    /// <returns>The parts, in their order.</returns>
    public async Task<IReadOnlyList<string>> ReadAsync(CollectionSeal seal, IReadOnlyList<(string Root, TextSpan Span)> parts)
    {
        var texts = new Dictionary<TextBlock, string>();
        var missing = new List<TextBlock>();
        foreach (var block in parts.SelectMany(static part => BlocksOf(part.Root, part.Span)).Distinct())
        {
            if (_blocks.Find(block) is { } known)
            {
                texts[block] = known;
            }
            else
            {
                missing.Add(block);
            }
        }

        foreach (var (block, text) in await LoadAsync(seal, missing))
        {
            _blocks.Add(block, texts[block] = text);
        }

        return [.. parts.Select(part => Join(texts, part.Root, part.Span))];
    }

    private static IEnumerable<TextBlock> BlocksOf(string root, TextSpan span)
    {
        for (var number = span.Start / TextPiece.BlockLength; number * TextPiece.BlockLength < span.End && span.Length > 0; number++)
        {
            yield return new TextBlock(root, number);
        }
    }

    private static string Join(Dictionary<TextBlock, string> texts, string root, TextSpan span) =>
        string.Concat(BlocksOf(root, span).Select(block =>
        {
            var text = texts[block];
            var first = block.Number * TextPiece.BlockLength;
            var (start, end) = (Math.Max(span.Start - first, 0), Math.Min(span.End - first, TextPiece.BlockLength));
            return end <= text.Length ? text[start..end] : throw TextPiece.TooShort();
        }));

    // One read for the roots, of which nearly all are the text itself, and one for the pieces of those that are not.
    private async Task<IReadOnlyList<(TextBlock Block, string Text)>> LoadAsync(CollectionSeal seal, IReadOnlyList<TextBlock> missing)
    {
        if (missing.Count == 0)
        {
            return [];
        }

        var wanted = missing.Select(static block => block.Root).Distinct().ToLookup(_roots.ContainsKey);
        var roots = wanted[true].ToDictionary(static root => root, root => _roots[root], StringComparer.Ordinal);
        var read = new Dictionary<(string Root, int Piece), byte[]>();
        string[] unknown = [.. wanted[false]];
        foreach (var (root, list) in unknown.Zip(await contents.ListAsync(seal, unknown)))
        {
            if (list.Piece is { } only)
            {
                read[(root, 0)] = only;
            }
            else
            {
                roots[root] = list.Hashes;
                Know(root, list.Hashes);
            }
        }

        var parts = missing.Where(block => roots.ContainsKey(block.Root)).Select(static block => (block.Root, block.Piece)).Distinct().ToArray();
        var pieces = await contents.ReadPiecesAsync(
            seal, [.. parts.Select(part => part.Piece < roots[part.Root].Count ? roots[part.Root][part.Piece] : throw TextPiece.TooShort())]);
        foreach (var (part, piece) in parts.Zip(pieces))
        {
            read[part] = piece;
        }

        return await Offload.RunAsync(() => missing.GroupBy(static block => (block.Root, block.Piece))
            .SelectMany(group => group.Zip(TextPiece.Read(
                read.TryGetValue(group.Key, out var piece) ? piece : throw TextPiece.TooShort(),
                [.. group.Select(static block => block.Number % TextPiece.MostBlocks)])))
            .ToList());
    }

    private void Know(string root, IReadOnlyList<ContentHash> pieces)
    {
        if (_roots.Count >= MostRoots)
        {
            _roots.Clear();
        }

        _roots[root] = pieces;
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> Cut(string text)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < text.Length; at += TextPiece.Length)
        {
            pieces.Add(TextPiece.Write(text.AsSpan(at, Math.Min(TextPiece.Length, text.Length - at))));
        }

        return pieces;
    }
}
