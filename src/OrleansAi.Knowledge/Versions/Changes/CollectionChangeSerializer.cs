using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansAi.Journal;

namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>Changes to bytes and back. The stored form is UTF-8 JSON that a person can read.</summary>
public static class CollectionChangeSerializer
{
    private static readonly CollectionJsonContext Context = new(new JsonSerializerOptions(CollectionJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private static readonly (RecordKind Kind, JsonTypeInfo Type)[] Known =
    [
        (RecordKind.CollectionCreated, Context.CollectionCreated),
        (RecordKind.CollectionUpdated, Context.CollectionUpdated),
        (RecordKind.CollectionTouched, Context.CollectionTouched),
        (RecordKind.CollectionExpired, Context.CollectionExpired),
        (RecordKind.CollectionDeleted, Context.CollectionDeleted),
        (RecordKind.DocumentAccepted, Context.DocumentAccepted),
        (RecordKind.DocumentsIndexed, Context.DocumentsIndexed),
        (RecordKind.DocumentFailed, Context.DocumentFailed),
        (RecordKind.DocumentAttributesChanged, Context.DocumentAttributesChanged),
        (RecordKind.DocumentRemoved, Context.DocumentRemoved),
        (RecordKind.SegmentsMerged, Context.SegmentsMerged),
        (RecordKind.ReindexBegun, Context.ReindexBegun),
        (RecordKind.ReindexAbandoned, Context.ReindexAbandoned),
        (RecordKind.IndexSwitched, Context.IndexSwitched),
        (RecordKind.VersionsReleased, Context.VersionsReleased),
        (RecordKind.IngestionBegun, Context.IngestionBegun),
        (RecordKind.IngestionEnded, Context.IngestionEnded),
        (RecordKind.DocumentBatchCancelled, Context.DocumentBatchCancelled),
        (RecordKind.CollectionSnapshotStored, Context.SnapshotStored),
        (RecordKind.UnneededReleased, Context.UnneededReleased),
    ];

    /// <summary>The kind under which a change is stored.</summary>
    public static RecordKind KindOf(CollectionChange change) => Of(change).Kind;

    /// <summary>The stored form of a change.</summary>
    public static byte[] Serialize(CollectionChange change) => JsonSerializer.SerializeToUtf8Bytes(change, Of(change).Type);

    /// <summary>Reads a change.</summary>
    /// <exception cref="InvalidDataException">The record cannot be read; the message names its position.</exception>
    public static CollectionChange Deserialize(JournalRecord record)
    {
        var (_, type) = Array.Find(Known, known => known.Kind == record.Kind);
        if (type is null)
        {
            throw new InvalidDataException($"Record {record.Position} has the unknown kind {(short)record.Kind}; a newer build wrote it.");
        }

        try
        {
            return (CollectionChange?)JsonSerializer.Deserialize(record.Body.Span, type)
                ?? throw new InvalidDataException($"Record {record.Position} has an empty body.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Record {record.Position} ({record.Kind}) cannot be read.", exception);
        }
    }

    private static (RecordKind Kind, JsonTypeInfo Type) Of(CollectionChange change) =>
        Array.Find(Known, known => known.Type.Type == change.GetType()) is { Type: not null } found
            ? found
            : throw new ArgumentException($"{change.GetType().Name} is no known change.", nameof(change));
}
