using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansAi.Engine.Records;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Sealing;

/// <summary>
/// Seals the units of one record. What has no key any more is left out, so a record that is written after its content was
/// destroyed, or for a caller who wants nothing kept, holds none.
/// </summary>
/// <param name="keys">The stream's keys.</param>
/// <param name="stream">The stream.</param>
/// <param name="position">The record's place.</param>
/// <param name="recordId">The record's id.</param>
/// <param name="sharesContents">
/// True to store equal long texts of the stream once. False for content that is destroyed soon and must not be found by guessing.
/// </param>
internal sealed class UnitWriter(Keyring keys, string stream, long position, Guid recordId, bool sharesContents)
{
    private readonly ArrayBufferWriter<byte> _units = new(1_024);
    private readonly byte[] _stream = Encoding.UTF8.GetBytes(stream);

    /// <summary>True when the record has content, whether or not it is kept.</summary>
    public bool HasContent { get; private set; }

    /// <summary>The units.</summary>
    public ReadOnlySpan<byte> Units => _units.WrittenSpan;

    /// <summary>The contents that stand apart.</summary>
    public List<Content> Contents { get; } = [];

    /// <summary>Seals a unit.</summary>
    public void Write<T>(int unit, T content, JsonTypeInfo<T> type)
        where T : UnitContent
    {
        HasContent = true;
        Span<byte> key = stackalloc byte[KeyTree.SeedBytes];
        if (!keys.TryDerive(position, unit, key))
        {
            return;
        }

        content.StoreApart(this);
        var bytes = content.ToBare() ?? JsonSerializer.SerializeToUtf8Bytes(content, type);
        var length = bytes.Length + ContentSeal.TagBytes;
        ContentSeal.SealUnit(key, _stream, position, unit, recordId, bytes, SealedForm.Begin(_units, unit, length));
        _units.Advance(length);
    }

    /// <summary>Seals a text that stands apart from its record.</summary>
    public (ContentHash Hash, byte[] Key) StoreText(ReadOnlySpan<byte> text)
    {
        if (!sharesContents)
        {
            return StoreBytes(text);
        }

        // Equal texts give equal keys, hence equal bytes: they are stored once.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        HMACSHA256.HashData(keys.Secret, hash, hash);
        return Store(hash[..KeyTree.SeedBytes].ToArray(), text);
    }

    /// <summary>Seals bytes that stand apart from their record and never come again.</summary>
    public (ContentHash Hash, byte[] Key) StoreBytes(ReadOnlySpan<byte> bytes) =>
        Store(RandomNumberGenerator.GetBytes(KeyTree.SeedBytes), bytes);

    private (ContentHash Hash, byte[] Key) Store(byte[] key, ReadOnlySpan<byte> content)
    {
        var seal = ContentSeal.SealContent(key, content);
        var hash = ContentHash.Of(seal);
        Contents.Add(new Content(hash, seal));
        return (hash, key);
    }
}
