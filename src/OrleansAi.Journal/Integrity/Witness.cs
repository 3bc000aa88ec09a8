using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace OrleansAi.Journal.Integrity;

/// <summary>
/// What the last record of an append says of that which was written with it and of which its body, in the clear, says nothing:
/// the contents that it refers to, the keys, and what became listed or is no longer. It is part of the record's digest.
/// </summary>
public sealed record Witness
{
    // The numbers are stored: never change one.
    private const byte ContentEntry = 1;
    private const byte KeysEntry = 2;
    private const byte ListedEntry = 3;
    private const byte UnlistedEntry = 4;
    private const byte ReleasedEntry = 5;
    private const byte AllReleasedEntry = 6;

    /// <summary>The hashes of the contents that the records of the append refer to.</summary>
    public IReadOnlyList<ContentHash> Contents { get; init; } = [];

    /// <summary>SHA-256 of the keys as they are from this append on; null when it leaves them.</summary>
    public ContentHash? Keys { get; init; }

    /// <summary>The runs that became listed, and the run under which each is.</summary>
    public IReadOnlyDictionary<string, string> Listed { get; init; } = new Dictionary<string, string>();

    /// <summary>The runs that are listed no more.</summary>
    public IReadOnlyList<string> Unlisted { get; init; } = [];

    /// <summary>The hashes of contents that were deleted with the append.</summary>
    public IReadOnlyList<ContentHash> Released { get; init; } = [];

    /// <summary>True when all contents that the stream had were deleted with the append.</summary>
    public bool IsAllReleased { get; init; }

    /// <summary>The stored form for an append; null when there is nothing to witness.</summary>
    public static byte[]? Of(JournalAppend append)
    {
        if (append is { Contents.Count: 0, Keys: null, Release: null } && append.Runs.All(static run => !IsListing(run)))
        {
            return null;
        }

        var bytes = new ArrayBufferWriter<byte>();
        foreach (var hash in append.Contents.Select(static content => content.Hash).Distinct())
        {
            bytes.Write([ContentEntry]);
            bytes.Write(hash.ToArray());
        }

        if (append.Release is { } release)
        {
            if (release.IsAll)
            {
                bytes.Write([AllReleasedEntry]);
            }

            foreach (var hash in release.Hashes.Distinct())
            {
                bytes.Write([ReleasedEntry]);
                bytes.Write(hash.ToArray());
            }
        }

        if (append.Keys is { } keys)
        {
            bytes.Write([KeysEntry]);
            bytes.Write(SHA256.HashData(keys.Keys.Span));
        }

        foreach (var (kind, run) in append.Runs.Where(IsListing))
        {
            bytes.Write([kind == RunChangeKind.End ? ListedEntry : UnlistedEntry]);
            Write(bytes, run.RunId);
            if (kind == RunChangeKind.End)
            {
                Write(bytes, run.Listing!);
            }
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads a stored form.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Witness Read(ReadOnlySpan<byte> bytes)
    {
        var contents = new List<ContentHash>();
        var listed = new Dictionary<string, string>(StringComparer.Ordinal);
        var unlisted = new List<string>();
        var (released, isAllReleased) = (new List<ContentHash>(), false);
        ContentHash? keys = null;
        while (!bytes.IsEmpty)
        {
            var entry = bytes[0];
            bytes = bytes[1..];
            switch (entry)
            {
                case ContentEntry:
                    contents.Add(new ContentHash(Take(ref bytes, ContentHash.Size)));
                    break;
                case KeysEntry:
                    keys = new ContentHash(Take(ref bytes, ContentHash.Size));
                    break;
                case ListedEntry:
                    var run = Text(ref bytes);
                    listed[run] = Text(ref bytes);
                    break;
                case UnlistedEntry:
                    unlisted.Add(Text(ref bytes));
                    break;
                case ReleasedEntry:
                    released.Add(new ContentHash(Take(ref bytes, ContentHash.Size)));
                    break;
                case AllReleasedEntry:
                    isAllReleased = true;
                    break;
                default:
                    throw new InvalidDataException($"A witness has the unknown entry {entry}; a newer build wrote it.");
            }
        }

        return new Witness { Contents = contents, Keys = keys, Listed = listed, Unlisted = unlisted, Released = released, IsAllReleased = isAllReleased };
    }

    private static bool IsListing(RunChange change) => change is
        { Kind: RunChangeKind.End, Entry.Listing: not null } or { Kind: RunChangeKind.Unlist };

    // Ids have fewer bytes than one can count.
    private static void Write(ArrayBufferWriter<byte> bytes, string id)
    {
        bytes.Write([checked((byte)Encoding.UTF8.GetByteCount(id))]);
        bytes.Write(Encoding.UTF8.GetBytes(id));
    }

    private static string Text(ref ReadOnlySpan<byte> bytes)
    {
        var length = Take(ref bytes, 1)[0];
        return Encoding.UTF8.GetString(Take(ref bytes, length));
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (count > bytes.Length)
        {
            throw new InvalidDataException("A witness breaks off.");
        }

        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }
}
