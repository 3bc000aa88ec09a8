using System.Text.Json.Serialization;

namespace OrleansAi.Engine.Records;

/// <summary>The body of a conversation's creation.</summary>
public sealed class ConversationCreatedBody : RecordBody
{
    /// <summary>The caller's own pairs.</summary>
    [JsonPropertyName("meta")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>The body of a change of metadata.</summary>
public sealed class ConversationUpdatedBody : RecordBody
{
    /// <summary>The caller's own pairs, all of them.</summary>
    [JsonPropertyName("meta")]
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
}

/// <summary>The body of a deletion.</summary>
public sealed class ConversationDeletedBody : RecordBody;

/// <summary>The body of items that were added without a run.</summary>
public sealed class ItemsAddedBody : RecordBody
{
    /// <summary>The items, in order.</summary>
    [JsonPropertyName("items")]
    public required IReadOnlyList<StoredItem> Items { get; init; }

    /// <inheritdoc />
    public override IEnumerable<StoredText> Texts() => Items.SelectMany(static item => item.Texts);
}

/// <summary>The body of a deletion of items, or of a run with all of its items.</summary>
public sealed class ItemsDeletedBody : RecordBody
{
    /// <summary>Ids of items and of runs.</summary>
    [JsonPropertyName("ids")]
    public required IReadOnlyList<string> Ids { get; init; }
}
