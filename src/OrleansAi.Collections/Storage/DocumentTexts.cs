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

    private const int MostPieces = 256;
    private readonly Dictionary<string, IReadOnlyList<ContentHash>> _roots = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<(string Root, int Piece), string> _pieces = [];

    /// <summary>Stores a text.</summary>
    /// <returns>Under which it is found; null for an empty one.</returns>
    public async Task<string?> WriteAsync(CollectionSeal seal, string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var pieces = await Offload.RunAsync(() => Cut(text));
        return await contents.WriteAsync(seal, pieces);
    }

    /// <summary>Reads a part of a text.</summary>
    public async Task<string> ReadAsync(CollectionSeal seal, string root, TextSpan span)
    {
        if (span.Length == 0)
        {
            return "";
        }

        var parts = new List<string>();
        for (var piece = span.Start / PieceLength; piece <= (span.End - 1) / PieceLength; piece++)
        {
            var text = await PieceAsync(seal, root, piece);
            var start = Math.Max(span.Start - (piece * PieceLength), 0);
            var end = Math.Min(span.End - (piece * PieceLength), PieceLength);
            parts.Add(end <= text.Length ? text[start..end] : throw new OrleansAiException(ErrorCodes.IndexCorrupt, "A document's text is too short."));
        }

        return string.Concat(parts);
    }

    private async Task<string> PieceAsync(CollectionSeal seal, string root, int piece)
    {
        if (_pieces.TryGetValue((root, piece), out var known))
        {
            _pieces.Remove((root, piece));
            Keep(root, piece, known);
            return known;
        }

        var bytes = await BytesAsync(seal, root, piece);
        var text = await Offload.RunAsync(() => Expand(bytes));
        Keep(root, piece, text);
        return text;
    }

    private async Task<byte[]> BytesAsync(CollectionSeal seal, string root, int piece)
    {
        if (!_roots.TryGetValue(root, out var hashes))
        {
            var list = await contents.ListAsync(seal, root);
            if (list.Piece is { } only)
            {
                return piece == 0 ? only : throw new OrleansAiException(ErrorCodes.IndexCorrupt, "A document's text is too short.");
            }

            if (_roots.Count >= MostPieces)
            {
                _roots.Clear();
            }

            _roots[root] = hashes = list.Hashes;
        }

        return piece < hashes.Count
            ? (await contents.ReadPiecesAsync(seal, [hashes[piece]]))[0]
            : throw new OrleansAiException(ErrorCodes.IndexCorrupt, "A document's text is too short.");
    }

    private void Keep(string root, int piece, string text)
    {
        _pieces[(root, piece)] = text;
        if (_pieces.Count > MostPieces)
        {
            _pieces.RemoveAt(0);
        }
    }

    // UTF-16, because spans count its units and a piece may end within a surrogate pair.
    private static List<ReadOnlyMemory<byte>> Cut(string text)
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
