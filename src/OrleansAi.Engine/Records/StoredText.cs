using System.Text;
using System.Text.Json.Serialization;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>
/// A text inside a record. A short one stands in the record itself; a long one is stored once for its owner by hash,
/// and the record holds the reference (invariant 8) and the key to it.
/// </summary>
public sealed class StoredText
{
    /// <summary>
    /// The longest text, in UTF-8 bytes, that stands in a record. A reference with its row costs about 200 bytes, so
    /// storing shorter texts apart would make a turn larger.
    /// </summary>
    public const int InlineBytes = 512;

    private IReadOnlyList<StoredText>? _parts;
    private string? _text;
    private string? _hash;
    private byte[]? _key;
    private int? _length;

    /// <summary>The text, when it stands in the record.</summary>
    [JsonPropertyName("t")]
    public string? Inline
    {
        get => _hash is null ? _text : null;
        init => _text = value;
    }

    /// <summary>The hash of a long text as it is stored, lower-case hexadecimal.</summary>
    [JsonPropertyName("h")]
    public string? Hash
    {
        get => _hash;
        init => _hash = value;
    }

    /// <summary>The key to a long text; null for one of an earlier build, which is not sealed.</summary>
    [JsonPropertyName("k")]
    public byte[]? Key
    {
        get => _key;
        init => _key = value;
    }

    /// <summary>True when the text's key was destroyed.</summary>
    [JsonIgnore]
    public bool IsDestroyed { get; private init; }

    /// <summary>How many bytes a long text has, so that it need not be read to be told.</summary>
    [JsonPropertyName("n")]
    public int? Length
    {
        get => _length;
        init => _length = value;
    }

    /// <summary>How many bytes the text has, about.</summary>
    [JsonIgnore]
    public int Size => _parts?.Sum(static part => part.Size) ?? Inline?.Length ?? Length ?? 0;

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">The content of a reference was not read.</exception>
    [JsonIgnore]
    public string Text => _text ??= _parts is not null
        ? string.Concat(_parts.Select(static part => part.Text))
        : throw new InvalidOperationException($"The content {_hash} has not been read.");

    /// <summary>True when the content has still to be read.</summary>
    [JsonIgnore]
    public bool IsUnresolved => _text is null && _parts is null;

    /// <summary>A text to be stored.</summary>
    public static StoredText Of(string text) => new() { Inline = text };

    /// <summary>The same for a text that may be missing.</summary>
    public static StoredText? OfOptional(string? text) => text is null ? null : Of(text);

    /// <summary>What stands for a text that cannot be read any more.</summary>
    /// <param name="length">How long it was, where the places of others hang on it.</param>
    internal static StoredText Destroyed(int length) => new() { Inline = new string('\uFFFD', length), IsDestroyed = true };

    /// <summary>A text whose parts are sealed one by one.</summary>
    internal static StoredText Join(IReadOnlyList<StoredText> parts) => parts is [var only] ? only : new StoredText { _parts = parts };

    /// <summary>The texts to be read: the parts, or the text itself.</summary>
    internal IEnumerable<StoredText> Parts() => _parts ?? [this];

    /// <summary>True when what stands at a place was destroyed.</summary>
    internal bool IsDestroyedAt(int offset) => PartAt(offset) is { } index && Parts().ElementAt(index).IsDestroyed;

    /// <summary>Which part stands at a place.</summary>
    internal int? PartAt(int offset)
    {
        var index = 0;
        foreach (var part in Parts())
        {
            if (offset < part.Text.Length)
            {
                return index;
            }

            offset -= part.Text.Length;
            index++;
        }

        return null;
    }

    /// <summary>Stores a long text apart from its record.</summary>
    internal void StoreApart(UnitWriter writer)
    {
        // No UTF-16 unit takes more than three bytes.
        if (Text.Length <= InlineBytes / 3 || (Text.Length <= InlineBytes && Encoding.UTF8.GetByteCount(Text) <= InlineBytes))
        {
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(Text);
        var (hash, key) = writer.StoreText(bytes);
        (_hash, _key, _length) = (hash.ToString(), key, bytes.Length);
    }

    /// <summary>Gives a reference its content.</summary>
    /// <exception cref="InvalidDataException">It is not what was sealed.</exception>
    internal void Resolve(ReadOnlySpan<byte> content) =>
        _text = Encoding.UTF8.GetString(_key is null ? content : ContentSeal.OpenContent(_key, content));
}
