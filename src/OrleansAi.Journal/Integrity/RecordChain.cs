using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansAi.Journal.Integrity;

/// <summary>
/// The hash chain of a stream: the hash of a record is SHA-256(hash of the record before, digest of this one), where the first
/// one has nothing before it. The digest is made by the writer, the link by the store, which looks at the record before anyway.
/// </summary>
public static class RecordChain
{
    // Length and bytes of the stream and of the witness, position, record id, kind, time; then the body.
    private const int Fixed = sizeof(int) + sizeof(long) + 16 + sizeof(short) + sizeof(long) + sizeof(int);

    /// <summary>The digest of a record at its place, with what it witnesses.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="position">The record's place.</param>
    /// <param name="recordId">The record's id.</param>
    /// <param name="kind">What it says.</param>
    /// <param name="at">When it was made.</param>
    /// <param name="witness">What it witnesses, as stored; empty for nothing.</param>
    /// <param name="body">The body as stored.</param>
    public static byte[] Digest(
        string stream, long position, Guid recordId, RecordKind kind, long at, ReadOnlySpan<byte> witness, ReadOnlySpan<byte> body)
    {
        var name = Encoding.UTF8.GetByteCount(stream);
        var all = new byte[Fixed + name + witness.Length + body.Length];
        var rest = all.AsSpan();
        BinaryPrimitives.WriteInt32BigEndian(rest, name);
        rest = rest[sizeof(int)..];
        rest = rest[Encoding.UTF8.GetBytes(stream, rest)..];
        BinaryPrimitives.WriteInt64BigEndian(rest, position);
        rest = rest[sizeof(long)..];
        recordId.TryWriteBytes(rest, bigEndian: true, out var written);
        rest = rest[written..];
        BinaryPrimitives.WriteInt16BigEndian(rest, (short)kind);
        rest = rest[sizeof(short)..];
        BinaryPrimitives.WriteInt64BigEndian(rest, at);
        rest = rest[sizeof(long)..];
        BinaryPrimitives.WriteInt32BigEndian(rest, witness.Length);
        rest = rest[sizeof(int)..];
        witness.CopyTo(rest);
        body.CopyTo(rest[witness.Length..]);
        return SHA256.HashData(all);
    }

    /// <summary>The hash of a record.</summary>
    /// <param name="before">The hash of the record before; empty when there is none, or when it is from before there were hashes.</param>
    /// <param name="digest">The record's digest.</param>
    public static byte[] Link(ReadOnlySpan<byte> before, ReadOnlySpan<byte> digest)
    {
        Span<byte> both = stackalloc byte[2 * SHA256.HashSizeInBytes];
        before.CopyTo(both);
        digest.CopyTo(both[before.Length..]);
        return SHA256.HashData(both[..(before.Length + digest.Length)]);
    }

    /// <summary>
    /// True for a record up to which the stream's head is written down. Admissions and ends of runs need none: the index, which
    /// changes in the same transaction, says where they stand.
    /// </summary>
    public static bool MovesHead(long position, RecordKind kind) =>
        position == 1 || kind is not (RecordKind.RunAdmitted or RecordKind.RunEnded);

    /// <summary>The head that an append writes down, or null.</summary>
    public static long? HeadOf(JournalAppend append)
    {
        for (var i = append.Records.Count - 1; i >= 0; i--)
        {
            var position = append.ExpectedPosition + 1 + i;
            if (MovesHead(position, append.Records[i].Kind))
            {
                return position;
            }
        }

        return null;
    }
}
