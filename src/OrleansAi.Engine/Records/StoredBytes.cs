using System.IO.Compression;
using System.Text.Json.Serialization;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Records;

/// <summary>Bytes of a record's content: few stand in the record, many apart from it, under a key of their own.</summary>
public sealed class StoredBytes
{
    private byte[]? _bytes;
    private string? _hash;
    private byte[]? _key;

    /// <summary>The bytes, when they stand in the record.</summary>
    [JsonPropertyName("b")]
    public byte[]? Inline
    {
        get => _hash is null ? _bytes : null;
        init => _bytes = value;
    }

    /// <summary>The hash of many bytes as they are stored, lower-case hexadecimal.</summary>
    [JsonPropertyName("h")]
    public string? Hash
    {
        get => _hash;
        init => _hash = value;
    }

    /// <summary>The key to many bytes.</summary>
    [JsonPropertyName("k")]
    public byte[]? Key
    {
        get => _key;
        init => _key = value;
    }

    /// <summary>The bytes as they came, before they were compressed.</summary>
    /// <param name="read">Gives a content that is stored apart.</param>
    /// <exception cref="InvalidDataException">They are not what was sealed.</exception>
    internal byte[] Open(Func<ContentHash, ReadOnlyMemory<byte>> read)
    {
        var packed = _hash is null ? _bytes! : read(ContentHash.Parse(_hash)).ToArray();
        using var source = new MemoryStream(_hash is not null && _key is not null ? ContentSeal.OpenContent(_key, packed) : packed);
        using var brotli = new BrotliStream(source, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        brotli.CopyTo(bytes);
        return bytes.ToArray();
    }

    internal void StoreApart(UnitWriter writer)
    {
        if (_bytes is { Length: > StoredText.InlineBytes })
        {
            var (hash, key) = writer.StoreBytes(_bytes);
            (_hash, _key) = (hash.ToString(), key);
        }
    }
}
