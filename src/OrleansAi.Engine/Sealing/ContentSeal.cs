using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansAi.Engine.Sealing;

/// <summary>
/// AES-128-GCM. A unit is sealed under its own key, bound to its stream, position and number. Its nonce comes from the record's
/// id, which is stored beside it: when two owners try to write one place, both use the same key, but never the same nonce.
/// </summary>
internal static class ContentSeal
{
    /// <summary>What a seal adds, in bytes.</summary>
    public const int TagBytes = 16;

    private const int NonceBytes = 12;
    private const int IdBytes = 16;
    private const int UsualName = 256;
    private const int BondBytes = sizeof(long) + sizeof(int);

    /// <summary>Seals a unit.</summary>
    public static void SealUnit(
        ReadOnlySpan<byte> key, byte[] stream, long position, int unit, Guid recordId, ReadOnlySpan<byte> content, Span<byte> seal)
    {
        Span<byte> nonce = stackalloc byte[IdBytes];
        recordId.TryWriteBytes(nonce, bigEndian: true, out _);
        Span<byte> bond = stream.Length <= UsualName ? stackalloc byte[stream.Length + BondBytes] : new byte[stream.Length + BondBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce[^NonceBytes..], content, seal[..content.Length], seal[content.Length..], Bond(bond, stream, position, unit));
    }

    /// <summary>Opens a unit.</summary>
    /// <exception cref="InvalidDataException">It is not what was sealed.</exception>
    public static byte[] OpenUnit(
        ReadOnlySpan<byte> key, string stream, long position, int unit, Guid recordId, ReadOnlySpan<byte> seal)
    {
        Span<byte> nonce = stackalloc byte[IdBytes];
        recordId.TryWriteBytes(nonce, bigEndian: true, out _);
        var name = Encoding.UTF8.GetBytes(stream);
        Span<byte> bond = name.Length <= UsualName ? stackalloc byte[name.Length + BondBytes] : new byte[name.Length + BondBytes];
        return Open(key, nonce[^NonceBytes..], seal, Bond(bond, name, position, unit), $"Unit {unit} of record {position} of {stream}");
    }

    /// <summary>Seals a content under a key that seals nothing else.</summary>
    public static byte[] SealContent(ReadOnlySpan<byte> key, ReadOnlySpan<byte> content)
    {
        var seal = new byte[content.Length + TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(stackalloc byte[NonceBytes], content, seal.AsSpan(0, content.Length), seal.AsSpan(content.Length));
        return seal;
    }

    /// <summary>Opens a content.</summary>
    /// <exception cref="InvalidDataException">It is not what was sealed.</exception>
    public static byte[] OpenContent(ReadOnlySpan<byte> key, ReadOnlySpan<byte> seal) =>
        Open(key, stackalloc byte[NonceBytes], seal, [], "A content");

    private static byte[] Open(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> seal, ReadOnlySpan<byte> bond, string what)
    {
        if (seal.Length < TagBytes)
        {
            throw new InvalidDataException($"{what} has {seal.Length} bytes, fewer than a seal.");
        }

        var content = new byte[seal.Length - TagBytes];
        try
        {
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Decrypt(nonce, seal[..content.Length], seal[content.Length..], content, bond);
            return content;
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new InvalidDataException($"{what} is not what was sealed.", exception);
        }
    }

    private static Span<byte> Bond(Span<byte> bond, byte[] stream, long position, int unit)
    {
        stream.CopyTo(bond);
        BinaryPrimitives.WriteInt64BigEndian(bond[stream.Length..], position);
        BinaryPrimitives.WriteInt32BigEndian(bond[(stream.Length + sizeof(long))..], unit);
        return bond;
    }
}
