using System.Text;
using System.Text.Json.Serialization;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Records;

/// <summary>
/// A text inside a record. A short one stands in the record itself; a long one is stored once for its owner by hash,
/// and the record holds the reference (invariant 8).
/// </summary>
public sealed class StoredText
{
    /// <summary>
    /// The longest text, in UTF-8 bytes, that stands in a record. A reference with its row costs about 200 bytes, so
    /// storing shorter texts apart would make a turn larger.
    /// </summary>
    public const int InlineBytes = 512;

    private string? _resolved;

    /// <summary>The text, when it is short.</summary>
    [JsonPropertyName("t")]
    public string? Inline { get; init; }

    /// <summary>The hash of a long text, lower-case hexadecimal.</summary>
    [JsonPropertyName("h")]
    public string? Hash { get; init; }

    /// <summary>How many bytes a long text has, so that it need not be read to be told.</summary>
    [JsonPropertyName("n")]
    public int? Length { get; init; }

    /// <summary>How many bytes the text has, about.</summary>
    [JsonIgnore]
    public int Size => Inline?.Length ?? Length ?? 0;

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">The content of a reference was not read.</exception>
    [JsonIgnore]
    public string Text => Inline ?? _resolved
        ?? throw new InvalidOperationException($"The content {Hash} has not been read.");

    /// <summary>True when the content has still to be read.</summary>
    [JsonIgnore]
    public bool IsUnresolved => Inline is null && _resolved is null;

    /// <summary>Makes a text ready to be stored, and its content when it is long.</summary>
    public static StoredText Of(string text, ICollection<Content> contents)
    {
        if (text.Length <= InlineBytes && Encoding.UTF8.GetByteCount(text) <= InlineBytes)
        {
            return new StoredText { Inline = text };
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var hash = ContentHash.Of(bytes);
        contents.Add(new Content(hash, bytes));
        return new StoredText { Hash = hash.ToString(), Length = bytes.Length, _resolved = text };
    }

    /// <summary>The same for a text that may be missing.</summary>
    public static StoredText? OfOptional(string? text, ICollection<Content> contents) => text is null ? null : Of(text, contents);

    /// <summary>Gives a reference its content.</summary>
    public void Resolve(ReadOnlySpan<byte> content) => _resolved = Encoding.UTF8.GetString(content);
}
