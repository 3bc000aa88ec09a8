using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;

namespace OrleansAi.Collections.Storage;

/// <summary>
/// The contents of a collection, in a stream of their own: parts of its index, texts, snapshots. Each is stored sealed, in pieces that a
/// store takes, and is found by the hash of its root. What no record of the collection names is nobody's: a write that broke off leaves
/// nothing that could be found. Reading is safe for any number of threads, writing takes turns.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="ids">Makes record ids.</param>
/// <param name="time">The clock.</param>
/// <param name="stream">The stream, <see cref="StreamNames.CollectionContents"/>.</param>
public sealed class CollectionContents(IJournal journal, IdSource ids, TimeProvider time, string stream) : IDisposable
{
    /// <summary>The largest piece: with what is added to it, it is stored in 1 MiB.</summary>
    public const int MostPieceBytes = (1 << 20) - CollectionSeal.Overhead - 1;

    private const byte IsPiece = 0;
    private const byte IsList = 1;
    private const int PiecesPerRead = 4;
    private const long MostBytesPerAppend = 4L << 20;
    private const int MostAttempts = 5;

    private readonly SemaphoreSlim _gate = new(1);
    private long? _position;

    /// <summary>Stores a content.</summary>
    /// <param name="seal">The collection's key.</param>
    /// <param name="pieces">Its pieces, at least one, each of at most <see cref="MostPieceBytes"/>.</param>
    /// <returns>Under which it is found.</returns>
    public async Task<string> WriteAsync(CollectionSeal seal, IReadOnlyList<ReadOnlyMemory<byte>> pieces) => (await WriteAsync(seal, [pieces]))[0];

    /// <summary>Stores contents together.</summary>
    /// <param name="seal">The collection's key.</param>
    /// <param name="contents">The pieces of each.</param>
    /// <returns>Under which each is found.</returns>
    public async Task<IReadOnlyList<string>> WriteAsync(CollectionSeal seal, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> contents)
    {
        var sealedContents = await Offload.RunAsync(() => contents.Select(pieces => Seal(seal, pieces)).ToList());
        var (append, bytes) = (new List<Content>(), 0L);
        foreach (var piece in sealedContents.SelectMany(static content => content))
        {
            if (append.Count > 0 && bytes + piece.Bytes.Length > MostBytesPerAppend)
            {
                await AppendAsync(append);
                (append, bytes) = ([], 0);
            }

            append.Add(piece);
            bytes += piece.Bytes.Length;
        }

        if (append.Count > 0)
        {
            await AppendAsync(append);
        }

        // The root is behind the pieces that it names.
        return [.. sealedContents.Select(static content => content[^1].Hash.ToString())];
    }

    /// <summary>Stores a content of any size.</summary>
    public Task<string> WriteAsync(CollectionSeal seal, ReadOnlyMemory<byte> bytes)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at == 0 || at < bytes.Length; at += MostPieceBytes)
        {
            pieces.Add(bytes.Slice(at, Math.Min(MostPieceBytes, bytes.Length - at)));
        }

        return WriteAsync(seal, pieces);
    }

    /// <summary>Reads a content.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.IndexCorrupt"/>: it is not there, or damaged.</exception>
    public async Task<byte[]> ReadAsync(CollectionSeal seal, string root)
    {
        var read = new List<byte[]>();
        var list = await ListAsync(seal, root);
        if (list.Piece is { } piece)
        {
            return piece;
        }

        foreach (var chunk in list.Hashes.Chunk(PiecesPerRead))
        {
            read.AddRange(await ReadPiecesAsync(seal, chunk));
        }

        return await Offload.RunAsync(() =>
        {
            var bytes = new byte[read.Sum(static part => (long)part.Length)];
            var at = 0;
            foreach (var part in read)
            {
                part.CopyTo(bytes, at);
                at += part.Length;
            }

            return bytes;
        });
    }

    /// <summary>Reads the root of a content: its only piece, or the hashes of its pieces.</summary>
    public async Task<ContentRoot> ListAsync(CollectionSeal seal, string root) => (await ListAsync(seal, [root]))[0];

    /// <summary>Reads the roots of contents.</summary>
    public async Task<IReadOnlyList<ContentRoot>> ListAsync(CollectionSeal seal, IReadOnlyList<string> roots) =>
        [.. (await OpenAsync(seal, [.. roots.Select(ContentHash.Parse)])).Select(RootOf)];

    /// <summary>Reads pieces of a content.</summary>
    public async Task<IReadOnlyList<byte[]>> ReadPiecesAsync(CollectionSeal seal, IReadOnlyList<ContentHash> hashes) =>
        [.. (await OpenAsync(seal, hashes)).Select(static opened => opened[1..])];

    /// <summary>Deletes contents with all their pieces. Those that are gone already are no error.</summary>
    public async Task ReleaseAsync(CollectionSeal seal, IReadOnlyList<string> roots)
    {
        ContentHash[] hashes = [.. roots.Select(ContentHash.Parse)];
        var there = await journal.ReadContentsAsync(stream, hashes, CancellationToken.None);
        var pieces = await Offload.RunAsync(() => there.Values.SelectMany(bytes => RootOf(seal.Open(stream, bytes.Span)).Hashes).ToList());
        if (there.Count > 0)
        {
            await AppendAsync(RecordKind.ContentsReleased, "{}"u8.ToArray(), [], ContentRelease.Of([.. there.Keys, .. pieces]));
        }
    }

    /// <summary>Deletes all contents, whose key is gone.</summary>
    public async Task ReleaseAllAsync()
    {
        var head = await journal.ReadBackwardAsync(stream, long.MaxValue, 1, [], CancellationToken.None);
        if (head.Count > 0)
        {
            await AppendAsync(RecordKind.ContentsReleased, "{}"u8.ToArray(), [], ContentRelease.All);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    private static ContentRoot RootOf(byte[] opened)
    {
        if (opened is [IsPiece, ..])
        {
            return new ContentRoot(opened[1..], []);
        }

        if (opened is not [IsList, ..] || (opened.Length - 1) % ContentHash.Size != 0)
        {
            throw new OrleansAiException(ErrorCodes.IndexCorrupt, "A content of a collection has an unknown form; a newer build wrote it.");
        }

        var hashes = new ContentHash[(opened.Length - 1) / ContentHash.Size];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = new ContentHash(opened.AsSpan(1 + (i * ContentHash.Size), ContentHash.Size));
        }

        return new ContentRoot(null, hashes);
    }

    private async Task<IReadOnlyList<byte[]>> OpenAsync(CollectionSeal seal, IReadOnlyList<ContentHash> hashes)
    {
        if (hashes.Count == 0)
        {
            return [];
        }

        var contents = await journal.ReadContentsAsync(stream, [.. hashes], CancellationToken.None);
        return await Offload.RunAsync(() => hashes.Select(hash => contents.TryGetValue(hash, out var bytes)
            ? seal.Open(stream, bytes.Span)
            : throw new OrleansAiException(ErrorCodes.IndexCorrupt, "A content of a collection is missing in the store.")).ToArray());
    }

    private List<Content> Seal(CollectionSeal seal, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        var made = pieces.Select(piece => Seal(seal, IsPiece, piece.Span)).ToList();
        if (made.Count > 1)
        {
            var hashes = made.SelectMany(static piece => piece.Hash.ToArray()).ToArray();
            made.Add(hashes.Length <= MostPieceBytes
                ? Seal(seal, IsList, hashes)
                : throw new OrleansAiException(ErrorCodes.DocumentTooLarge, $"A part of the index has {pieces.Count} pieces, more than one can have."));
        }

        return made;
    }

    private Content Seal(CollectionSeal seal, byte form, ReadOnlySpan<byte> piece)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(piece.Length, MostPieceBytes);
        var bytes = seal.Seal(stream, [form, .. piece]);
        return new Content(ContentHash.Of(bytes), bytes);
    }

    private Task AppendAsync(IReadOnlyList<Content> contents) => AppendAsync(
        RecordKind.CollectionContentsStored,
        JsonSerializer.SerializeToUtf8Bytes(
            new ContentsBody { Bytes = contents.Sum(static content => (long)content.Bytes.Length) }, StoredJsonContext.Default.ContentsBody),
        contents,
        null);

    // Somebody else may write here for a moment. That hurts nobody, so the append is simply made again behind theirs.
    private async Task AppendAsync(RecordKind kind, byte[] body, IReadOnlyList<Content> contents, ContentRelease? release)
    {
        await _gate.WaitAsync();
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var position = _position ??= await HeadAsync();
                _position = null;
                var record = new NewRecord(ids.NewRecordId(), kind, body, time.GetUtcNow().ToUnixTimeMilliseconds());
                var append = new JournalAppend(stream, position, [record]) { Contents = contents, Release = release };
                var outcome = await journal.AppendAsync(append, CancellationToken.None);
                if (outcome.Status == AppendStatus.Committed)
                {
                    _position = position + 1;
                    return;
                }

                if (attempt == MostAttempts)
                {
                    throw CollectionErrors.Moved();
                }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<long> HeadAsync()
    {
        var records = await journal.ReadBackwardAsync(stream, long.MaxValue, 1, [], CancellationToken.None);
        return records.Count == 0 ? 0 : records[0].Position;
    }
}

/// <summary>The root of a content.</summary>
/// <param name="Piece">The content itself, when it is one piece.</param>
/// <param name="Hashes">The hashes of its pieces otherwise.</param>
public sealed record ContentRoot(byte[]? Piece, IReadOnlyList<ContentHash> Hashes);
