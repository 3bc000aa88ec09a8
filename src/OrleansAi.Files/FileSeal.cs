using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;

namespace OrleansAi.Files;

/// <summary>
/// A file's key (AES-256-GCM), under which its pieces are sealed, each bound to its stream and its number. The number is the nonce:
/// the same piece that is sent again gives the same bytes, and is recognised by its hash; another one in its place is refused.
/// </summary>
internal sealed class FileSeal
{
    private const byte Version = 1;
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;

    // What sealing adds to a piece, for which FileChunk.MostBytes leaves room.
    private const int TagBytes = 16;

    private readonly byte[] _key;

    private FileSeal(byte[] key) => _key = key;

    /// <summary>A new key.</summary>
    public static FileSeal New() => new(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>A key that <see cref="ToBytes"/> has written.</summary>
    /// <exception cref="OrleansAiException">It cannot be read.</exception>
    public static FileSeal Parse(byte[] bytes) => bytes is [Version, ..] && bytes.Length == 1 + KeyBytes
        ? new FileSeal(bytes[1..])
        : throw FileErrors.Damaged("The key of a file has an unknown form; a newer build wrote it.");

    /// <summary>The stored form.</summary>
    public byte[] ToBytes() => [Version, .. _key];

    /// <summary>Seals a piece.</summary>
    public byte[] Seal(string stream, int index, ReadOnlySpan<byte> piece)
    {
        var seal = new byte[piece.Length + TagBytes];
        using var cipher = new AesGcm(_key, TagBytes);
        cipher.Encrypt(Nonce(index), piece, seal.AsSpan(0, piece.Length), seal.AsSpan(piece.Length), Encoding.UTF8.GetBytes(stream));
        return seal;
    }

    /// <summary>Opens a piece.</summary>
    /// <exception cref="OrleansAiException">It is not what was sealed.</exception>
    public byte[] Open(string stream, int index, ReadOnlySpan<byte> seal)
    {
        if (seal.Length is < TagBytes or > FileChunk.MostBytes + TagBytes)
        {
            throw FileErrors.Damaged($"Piece {index} of a file has {seal.Length} bytes, which no piece has.");
        }

        var piece = new byte[seal.Length - TagBytes];
        try
        {
            using var cipher = new AesGcm(_key, TagBytes);
            cipher.Decrypt(Nonce(index), seal[..piece.Length], seal[piece.Length..], piece, Encoding.UTF8.GetBytes(stream));
            return piece;
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw FileErrors.Damaged($"Piece {index} of a file is not what was sealed.", exception);
        }
    }

    private static byte[] Nonce(int index)
    {
        var nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt32BigEndian(nonce.AsSpan(NonceBytes - sizeof(int)), index);
        return nonce;
    }
}
