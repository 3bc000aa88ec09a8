using System.Text.Json.Serialization;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Records;

/// <summary>A part of a message inside a record.</summary>
public sealed class StoredPart
{
    /// <summary>What the part is.</summary>
    [JsonPropertyName("k")]
    public ContentPartKind Kind { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("x")]
    public required StoredText Text { get; init; }
}

/// <summary>A message inside a record.</summary>
public sealed class StoredItem
{
    private Item? _item;

    /// <summary>The item's id.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Who speaks.</summary>
    [JsonPropertyName("role")]
    public Role Role { get; init; }

    /// <summary>The parts.</summary>
    [JsonPropertyName("parts")]
    public required IReadOnlyList<StoredPart> Parts { get; init; }

    /// <summary>Makes a new message ready to be stored.</summary>
    public static StoredItem Of(string id, Role role, IReadOnlyList<ContentPart> parts, ICollection<Content> contents) => new()
    {
        Id = id,
        Role = role,
        Parts = [.. parts.Select(part => new StoredPart { Kind = part.Kind, Text = StoredText.Of(part.Text, contents) })],
    };

    /// <summary>The item as the transcript has it.</summary>
    public Item ToItem() => _item ??= new Item
    {
        Id = Id,
        Role = Role,
        Parts = [.. Parts.Select(static part => new ContentPart { Kind = part.Kind, Text = part.Text.Text })],
    };
}
