using System.Text.Json.Serialization;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>The body of a conversation's creation.</summary>
public sealed record ConversationCreatedBody : RecordBody
{
    /// <summary>The caller's own pairs.</summary>
    [JsonPropertyName("meta")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <inheritdoc />
    internal override RecordBody Seal(UnitWriter writer)
    {
        if (Metadata is not null)
        {
            writer.Write(ContentUnits.Metadata, new MetadataContent { Metadata = Metadata }, RecordSerializer.TypeOf<MetadataContent>());
        }

        return this with { Metadata = null };
    }

    /// <inheritdoc />
    internal override RecordBody Open(UnitReader reader) => this with
    {
        Metadata = reader.Read(ContentUnits.Metadata, RecordSerializer.TypeOf<MetadataContent>())?.Metadata,
    };
}

/// <summary>The body of a change of metadata.</summary>
public sealed record ConversationUpdatedBody : RecordBody
{
    /// <summary>The caller's own pairs, all of them.</summary>
    [JsonPropertyName("meta")]
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <inheritdoc />
    internal override RecordBody Seal(UnitWriter writer)
    {
        writer.Write(ContentUnits.Metadata, new MetadataContent { Metadata = Metadata }, RecordSerializer.TypeOf<MetadataContent>());
        return this with { Metadata = new Dictionary<string, string>() };
    }

    /// <inheritdoc />
    internal override RecordBody Open(UnitReader reader) => this with
    {
        Metadata = reader.Read(ContentUnits.Metadata, RecordSerializer.TypeOf<MetadataContent>())?.Metadata ?? Metadata,
    };
}

/// <summary>The body of a deletion.</summary>
public sealed record ConversationDeletedBody : RecordBody;

/// <summary>The body of items that were added without a run.</summary>
public sealed record ItemsAddedBody : RecordBody
{
    /// <summary>The items, in order.</summary>
    [JsonPropertyName("items")]
    public required IReadOnlyList<StoredItem> Items { get; init; }

    /// <summary>The fork whose turn the items are; null for items that a caller added.</summary>
    [JsonPropertyName("promoted")]
    public PromotedRun? Promoted { get; init; }

    /// <inheritdoc />
    public override IEnumerable<StoredText> Texts() => Items.SelectMany(static item => item.Texts);

    /// <inheritdoc />
    internal override RecordBody Seal(UnitWriter writer) => this with { Items = StoredItem.Seal(Items, writer) };

    /// <inheritdoc />
    internal override RecordBody Open(UnitReader reader) => this with { Items = StoredItem.Open(Items, reader) };
}

/// <summary>A fork that became a turn.</summary>
public sealed record PromotedRun
{
    /// <summary>The fork.</summary>
    [JsonPropertyName("run")]
    public required string RunId { get; init; }

    /// <summary>The run whose turn, the one before, it replaces. That run's records stay; no later turn is told of it.</summary>
    [JsonPropertyName("over")]
    public required string Replaces { get; init; }
}

/// <summary>The body of a deletion of items, or of a run with all of its items.</summary>
public sealed record ItemsDeletedBody : RecordBody
{
    /// <summary>Ids of items and of runs.</summary>
    [JsonPropertyName("ids")]
    public required IReadOnlyList<string> Ids { get; init; }
}
