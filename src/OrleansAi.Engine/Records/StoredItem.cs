using System.Text.Json.Serialization;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Records;

/// <summary>A part of an item inside a record.</summary>
public sealed class StoredPart
{
    /// <summary>What the part is.</summary>
    [JsonPropertyName("k")]
    public ContentPartKind Kind { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("x")]
    public required StoredText Text { get; init; }

    /// <summary>What the text is, of an image or a file.</summary>
    [JsonPropertyName("form")]
    public MediaForm Form { get; init; }

    /// <summary>How closely an image shall be looked at.</summary>
    [JsonPropertyName("detail")]
    public string? Detail { get; init; }

    /// <summary>A file's name.</summary>
    [JsonPropertyName("file")]
    public StoredText? FileName { get; init; }

    /// <summary>The file that the bytes were taken from.</summary>
    [JsonPropertyName("ref")]
    public string? FileId { get; init; }

    /// <summary>A JSON array of what the text refers to.</summary>
    [JsonPropertyName("notes")]
    public StoredText? Annotations { get; init; }
}

/// <summary>An item inside a record.</summary>
public sealed class StoredItem
{
    private Item? _item;

    /// <summary>The item's id.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>What the item is.</summary>
    [JsonPropertyName("kind")]
    public ItemKind Kind { get; init; }

    /// <summary>Who speaks.</summary>
    [JsonPropertyName("role")]
    public Role Role { get; init; }

    /// <summary>The parts.</summary>
    [JsonPropertyName("parts")]
    public IReadOnlyList<StoredPart>? Parts { get; init; }

    /// <summary>The id by which a function call and its output know each other.</summary>
    [JsonPropertyName("call")]
    public string? CallId { get; init; }

    /// <summary>The function's name.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The function's arguments.</summary>
    [JsonPropertyName("args")]
    public StoredText? Arguments { get; init; }

    /// <summary><c>commentary</c> or <c>final_answer</c>.</summary>
    [JsonPropertyName("phase")]
    public string? Phase { get; init; }

    /// <summary>What vendors want back.</summary>
    [JsonPropertyName("from")]
    public IReadOnlyList<StoredOrigin>? Origins { get; init; }

    /// <summary>The texts of the item.</summary>
    [JsonIgnore]
    public IEnumerable<StoredText> Texts
    {
        get
        {
            foreach (var part in Parts ?? [])
            {
                yield return part.Text;
                if (part.FileName is not null)
                {
                    yield return part.FileName;
                }

                if (part.Annotations is not null)
                {
                    yield return part.Annotations;
                }
            }

            if (Arguments is not null)
            {
                yield return Arguments;
            }

            foreach (var origin in Origins ?? [])
            {
                if (origin.Opaque is not null)
                {
                    yield return origin.Opaque;
                }
            }
        }
    }

    /// <summary>Makes a new item ready to be stored.</summary>
    public static StoredItem Of(string id, NewItem item, ICollection<Content> contents) => new()
    {
        Id = id,
        Kind = item.Kind,
        Role = item.Role,
        Parts = item.Parts.Count == 0 ? null :
        [
            .. item.Parts.Select(part => new StoredPart
            {
                Kind = part.Kind,
                Text = StoredText.Of(part.Text, contents),
                Form = part.Form,
                Detail = part.Detail,
                FileName = StoredText.OfOptional(part.FileName, contents),
                FileId = part.FileId,
                Annotations = StoredText.OfOptional(part.Annotations, contents),
            }),
        ],
        CallId = item.CallId,
        Name = item.Name,
        Arguments = StoredText.OfOptional(item.Arguments, contents),
        Phase = item.Phase,
        Origins = item.Origins.Count == 0 ? null : [.. item.Origins.Select(origin => StoredOrigin.Of(origin, contents))],
    };

    /// <summary>The item as the transcript has it.</summary>
    public Item ToItem() => _item ??= new Item
    {
        Id = Id,
        Kind = Kind,
        Role = Role,
        Parts =
        [
            .. (Parts ?? []).Select(static part => new ContentPart
            {
                Kind = part.Kind,
                Text = part.Text.Text,
                Form = part.Form,
                Detail = part.Detail,
                FileName = part.FileName?.Text,
                FileId = part.FileId,
                Annotations = part.Annotations?.Text,
            }),
        ],
        CallId = CallId,
        Name = Name,
        Arguments = Arguments?.Text,
        Phase = Phase,
        Origins = [.. (Origins ?? []).Select(static origin => origin.ToOrigin())],
    };
}

/// <summary>What a vendor wants back, inside a record.</summary>
public sealed class StoredOrigin
{
    /// <summary>The vendor's configured name.</summary>
    [JsonPropertyName("v")]
    public required string Vendor { get; init; }

    /// <summary>What the opaque value is.</summary>
    [JsonPropertyName("k")]
    public string? Kind { get; init; }

    /// <summary>The vendor's own id of the item.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>The signature or encrypted content.</summary>
    [JsonPropertyName("x")]
    public StoredText? Opaque { get; init; }

    /// <summary>How much of the item's text belongs to it.</summary>
    [JsonPropertyName("n")]
    public int Length { get; init; }

    /// <summary>Makes an origin ready to be stored.</summary>
    public static StoredOrigin Of(ItemOrigin origin, ICollection<Content> contents) => new()
    {
        Vendor = origin.Vendor,
        Kind = origin.Kind,
        Id = origin.Id,
        Opaque = StoredText.OfOptional(origin.Opaque, contents),
        Length = origin.Length,
    };

    /// <summary>The origin as the transcript has it.</summary>
    public ItemOrigin ToOrigin() => new() { Vendor = Vendor, Kind = Kind, Id = Id, Opaque = Opaque?.Text, Length = Length };
}
