using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansAi.Contracts.Ids;

/// <summary>
/// Makes ids that sort by time: 48 bits of Unix milliseconds and 80 random bits, 26 characters of Crockford's base 32
/// in lower case. The one place where ids and their randomness come from, so that a run can be replayed.
/// </summary>
public sealed class IdSource(TimeProvider time)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private const int RandomBytes = 10;
    private readonly byte[] _random = new byte[128 * RandomBytes];
    private int _used = int.MaxValue - RandomBytes;

    /// <summary>The number of characters after a prefix.</summary>
    public const int Length = 26;

    /// <summary>A new id with a prefix, for example <c>resp_01j…</c>.</summary>
    public string New(string prefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        return string.Create(prefix.Length + Length, (prefix, new Guid(bytes)), static (span, state) =>
        {
            state.prefix.CopyTo(span);
            Span<byte> raw = stackalloc byte[16];
            state.Item2.TryWriteBytes(raw);
            Encode(raw, span[state.prefix.Length..]);
        });
    }

    /// <summary>A new 128-bit record id.</summary>
    public Guid NewRecordId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>An id that the same text always gives, for example a conversation's id from an idempotency key.</summary>
    public static string Derive(string prefix, string text)
    {
        var hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text));
        Span<char> chars = stackalloc char[Length];
        Encode(hash.AsSpan(0, 16), chars);
        return string.Concat(prefix, chars);
    }

    /// <summary>The lowest id of a given instant; ids made before it sort below, later ones above.</summary>
    public static string LowestAt(string prefix, DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        WriteTime(bytes, at.ToUnixTimeMilliseconds());
        Span<char> chars = stackalloc char[Length];
        Encode(bytes, chars);
        return string.Concat(prefix, chars);
    }

    private void Fill(Span<byte> bytes)
    {
        lock (_random)
        {
            // Asked for in pieces, the cryptography library costs more than the rest of an id.
            if (_used + RandomBytes > _random.Length)
            {
                RandomNumberGenerator.Fill(_random);
                _used = 0;
            }

            _random.AsSpan(_used, RandomBytes).CopyTo(bytes[^RandomBytes..]);
            _used += RandomBytes;
        }

        WriteTime(bytes, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private static void WriteTime(Span<byte> bytes, long milliseconds)
    {
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(eight, milliseconds);
        eight[2..].CopyTo(bytes);
    }

    private static void Encode(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        // 128 bits are 25 groups of five and a first group of three.
        var value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        for (var i = Length - 1; i >= 0; i--)
        {
            chars[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    }
}
