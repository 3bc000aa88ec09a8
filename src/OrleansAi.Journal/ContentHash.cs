using System.Security.Cryptography;

namespace OrleansAi.Journal;

/// <summary>SHA-256 of a payload. Its scope is the owning stream: equal content of two owners is stored twice.</summary>
public readonly record struct ContentHash
{
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>The size in bytes.</summary>
    public const int Size = 32;

    /// <summary>Takes 32 bytes as they are.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public ContentHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A content hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>The hash of a payload.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> payload)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(payload, hash);
        return new ContentHash(hash);
    }

    /// <summary>Reads lower- or upper-case hexadecimal.</summary>
    public static ContentHash Parse(string hex) => new(Convert.FromHexString(hex));

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), _low);
        return bytes;
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
