using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Collections.Storage;

/// <summary>
/// The key to all contents of one collection: AES-256-GCM, a random nonce for each content, bound to the stream that has it. The key is
/// stored with the collection's stream and destroyed in the same transaction as the collection.
/// </summary>
public sealed class CollectionSeal
{
    /// <summary>What sealing adds to a content.</summary>
    public const int Overhead = NonceBytes + TagBytes;

    private const byte Version = 1;
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _key;

    private CollectionSeal(byte[] key) => _key = key;

    /// <summary>A new key.</summary>
    public static CollectionSeal New() => new(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>A key that <see cref="ToBytes"/> has written.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.IndexCorrupt"/>.</exception>
    public static CollectionSeal Parse(byte[] bytes) => bytes is [Version, ..] && bytes.Length == 1 + KeyBytes
        ? new CollectionSeal(bytes[1..])
        : throw new OrleansAiException(ErrorCodes.IndexCorrupt, "The key of a collection has an unknown form; a newer build wrote it.");

    /// <summary>The stored form.</summary>
    public byte[] ToBytes() => [Version, .. _key];

    /// <summary>Seals a content.</summary>
    public byte[] Seal(string stream, ReadOnlySpan<byte> content)
    {
        var seal = new byte[content.Length + Overhead];
        var nonce = seal.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key, TagBytes);
        cipher.Encrypt(nonce, content, seal.AsSpan(NonceBytes, content.Length), seal.AsSpan(NonceBytes + content.Length), Encoding.UTF8.GetBytes(stream));
        return seal;
    }

    /// <summary>Opens a content.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.IndexCorrupt"/>: it is not what was sealed.</exception>
    public byte[] Open(string stream, ReadOnlySpan<byte> seal)
    {
        if (seal.Length < Overhead)
        {
            throw new OrleansAiException(ErrorCodes.IndexCorrupt, $"A content of a collection has {seal.Length} bytes, which none has.");
        }

        var content = new byte[seal.Length - Overhead];
        try
        {
            using var cipher = new AesGcm(_key, TagBytes);
            cipher.Decrypt(seal[..NonceBytes], seal[NonceBytes..^TagBytes], seal[^TagBytes..], content, Encoding.UTF8.GetBytes(stream));
            return content;
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new OrleansAiException(ErrorCodes.IndexCorrupt, "A content of a collection is not what was sealed.", exception);
        }
    }
}
