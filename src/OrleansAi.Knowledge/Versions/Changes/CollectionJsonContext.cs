using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Journal;

namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>The generated serializers of changes and snapshots.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(ContentHashConverter)])]
[JsonSerializable(typeof(CollectionCreated))]
[JsonSerializable(typeof(CollectionUpdated))]
[JsonSerializable(typeof(CollectionTouched))]
[JsonSerializable(typeof(CollectionExpired))]
[JsonSerializable(typeof(CollectionDeleted))]
[JsonSerializable(typeof(DocumentAccepted))]
[JsonSerializable(typeof(DocumentsIndexed))]
[JsonSerializable(typeof(DocumentFailed))]
[JsonSerializable(typeof(DocumentAttributesChanged))]
[JsonSerializable(typeof(DocumentRemoved))]
[JsonSerializable(typeof(SegmentsMerged))]
[JsonSerializable(typeof(ReindexBegun))]
[JsonSerializable(typeof(ReindexAbandoned))]
[JsonSerializable(typeof(IndexSwitched))]
[JsonSerializable(typeof(VersionsReleased))]
[JsonSerializable(typeof(IngestionBegun))]
[JsonSerializable(typeof(IngestionEnded))]
[JsonSerializable(typeof(DocumentBatchCancelled))]
[JsonSerializable(typeof(SnapshotStored))]
[JsonSerializable(typeof(UnneededReleased))]
[JsonSerializable(typeof(CollectionSnapshot))]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ManifestChange))]
internal sealed partial class CollectionJsonContext : JsonSerializerContext;

/// <summary>Hashes as hexadecimal.</summary>
internal sealed class ContentHashConverter : JsonConverter<ContentHash>
{
    public override ContentHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { Length: ContentHash.Size * 2 } hex && hex.All(char.IsAsciiHexDigit)
            ? ContentHash.Parse(hex)
            : throw new JsonException("A content hash has 64 hexadecimal digits.");

    public override void Write(Utf8JsonWriter writer, ContentHash value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
