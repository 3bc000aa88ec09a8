using System.IO.Compression;
using System.Runtime.InteropServices;
using OrleansAi.Contracts.Errors;
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
    /// <summary>The length of a piece in UTF-16 units.</summary>
    public const int PieceLength = 1 << 16;

    private const int MostRoots = 1_024;
    private const int MostKept = 16 << 20;
    private readonly Dictionary<string, IReadOnlyList<ContentHash>> _roots = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<(string Root, int Piece), string> _pieces = [];
    private long _kept;

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
        var texts = new Dictionary<(string Root, int Piece), string>();
        var missing = new List<(string Root, int Piece)>();
        foreach (var piece in parts.SelectMany(static part => PiecesOf(part.Root, part.Span)).Distinct())
        {
            if (_pieces.TryGetValue(piece, out var known))
            {
                Keep(piece, texts[piece] = known);
            }
            else
            {
                missing.Add(piece);
            }
        }

        foreach (var (piece, text) in await LoadAsync(seal, missing))
        {
            Keep(piece, texts[piece] = text);
        }

        return [.. parts.Select(part => Join(texts, part.Root, part.Span))];
    }

    private static IEnumerable<(string Root, int Piece)> PiecesOf(string root, TextSpan span) => span.Length == 0
        ? []
        : Enumerable.Range(span.Start / PieceLength, ((span.End - 1) / PieceLength) - (span.Start / PieceLength) + 1).Select(piece => (root, piece));

    private static string Join(Dictionary<(string Root, int Piece), string> texts, string root, TextSpan span) =>
        string.Concat(PiecesOf(root, span).Select(piece =>
        {
            var text = texts[piece];
            var start = Math.Max(span.Start - (piece.Piece * PieceLength), 0);
            var end = Math.Min(span.End - (piece.Piece * PieceLength), PieceLength);
            return end <= text.Length ? text[start..end] : throw TooShort();
        }));

    // One read for the roots, of which nearly all are the text itself, and one for the pieces of those that are not.
    private async Task<IReadOnlyList<((string Root, int Piece) Piece, string Text)>> LoadAsync(
        CollectionSeal seal, IReadOnlyList<(string Root, int Piece)> missing)
    {
        if (missing.Count == 0)
        {
            return [];
        }

        string[] unknown = [.. missing.Select(static piece => piece.Root).Distinct().Where(root => !_roots.ContainsKey(root))];
        var whole = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var roots = new Dictionary<string, IReadOnlyList<ContentHash>>(_roots, StringComparer.Ordinal);
        foreach (var (root, list) in unknown.Zip(await contents.ListAsync(seal, unknown)))
        {
            if (list.Piece is { } only)
            {
                whole[root] = only;
            }
            else
            {
                roots[root] = list.Hashes;
                Know(root, list.Hashes);
            }
        }

        var parts = missing.Where(piece => !whole.ContainsKey(piece.Root)).ToArray();
        var read = await contents.ReadPiecesAsync(
            seal, [.. parts.Select(part => part.Piece < roots[part.Root].Count ? roots[part.Root][part.Piece] : throw TooShort())]);
        return await Offload.RunAsync(() => missing.Where(piece => whole.ContainsKey(piece.Root))
            .Select(piece => (piece, Expand(piece.Piece == 0 ? whole[piece.Root] : throw TooShort())))
            .Concat(parts.Zip(read, static (part, bytes) => (part, Expand(bytes))))
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

    private void Keep((string Root, int Piece) piece, string text)
    {
        if (_pieces.Remove(piece, out var before))
        {
            _kept -= before.Length;
        }

        _pieces[piece] = text;
        _kept += text.Length;
        while (_kept > MostKept)
        {
            _kept -= _pieces.GetAt(0).Value.Length;
            _pieces.RemoveAt(0);
        }
    }

    private static OrleansAiException TooShort() => new(ErrorCodes.IndexCorrupt, "A document's text is too short.");

    // UTF-16, because spans count its units and a piece may end within a surrogate pair.
    private static IReadOnlyList<ReadOnlyMemory<byte>> Cut(string text)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < text.Length; at += PieceLength)
        {
            var units = text.AsSpan(at, Math.Min(PieceLength, text.Length - at));
            using var stream = new MemoryStream();
            using (var compressed = new BrotliStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            {
                compressed.Write(MemoryMarshal.AsBytes(units));
            }

            pieces.Add(stream.ToArray());
        }

        return pieces;
    }

    private static string Expand(byte[] bytes)
    {
        using var stream = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var units = new MemoryStream();
        stream.CopyTo(units);
        return new string(MemoryMarshal.Cast<byte, char>(units.GetBuffer().AsSpan(0, (int)units.Length)));
    }
}
