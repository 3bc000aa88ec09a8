using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Records;

/// <summary>Bodies to bytes and back. The stored form is UTF-8 JSON that a person can read.</summary>
public static class RecordSerializer
{
    // Bodies go to a database, never into HTML: letters of all scripts stay as they are instead of six bytes each.
    private static readonly RecordJsonContext Json = new(new JsonSerializerOptions(RecordJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The stored form of a body.</summary>
    public static byte[] Serialize(RecordBody body) => body switch
    {
        RunAdmittedBody admitted => JsonSerializer.SerializeToUtf8Bytes(admitted, Json.RunAdmittedBody),
        RunEndedBody ended => JsonSerializer.SerializeToUtf8Bytes(ended, Json.RunEndedBody),
        RunRecoveredBody recovered => JsonSerializer.SerializeToUtf8Bytes(recovered, Json.RunRecoveredBody),
        ConversationCreatedBody created => JsonSerializer.SerializeToUtf8Bytes(created, Json.ConversationCreatedBody),
        ConversationUpdatedBody updated => JsonSerializer.SerializeToUtf8Bytes(updated, Json.ConversationUpdatedBody),
        ConversationDeletedBody deleted => JsonSerializer.SerializeToUtf8Bytes(deleted, Json.ConversationDeletedBody),
        ItemsAddedBody added => JsonSerializer.SerializeToUtf8Bytes(added, Json.ItemsAddedBody),
        _ => throw new ArgumentException($"{body.GetType().Name} is no known record body.", nameof(body)),
    };

    /// <summary>The kind under which a body is stored.</summary>
    public static RecordKind KindOf(RecordBody body) => body switch
    {
        RunAdmittedBody => RecordKind.RunAdmitted,
        RunEndedBody => RecordKind.RunEnded,
        RunRecoveredBody => RecordKind.RunRecovered,
        ConversationCreatedBody => RecordKind.ConversationCreated,
        ConversationUpdatedBody => RecordKind.ConversationUpdated,
        ConversationDeletedBody => RecordKind.ConversationDeleted,
        ItemsAddedBody => RecordKind.ItemsAdded,
        _ => throw new ArgumentException($"{body.GetType().Name} is no known record body.", nameof(body)),
    };

    /// <summary>Reads a record's body. References have still to be resolved.</summary>
    /// <exception cref="InvalidDataException">The record cannot be read; the message names its position.</exception>
    public static RecordBody Deserialize(JournalRecord record)
    {
        try
        {
            var body = record.Body.Span;
            RecordBody? read = record.Kind switch
            {
                RecordKind.RunAdmitted => JsonSerializer.Deserialize(body, Json.RunAdmittedBody),
                RecordKind.RunEnded => JsonSerializer.Deserialize(body, Json.RunEndedBody),
                RecordKind.RunRecovered => JsonSerializer.Deserialize(body, Json.RunRecoveredBody),
                RecordKind.ConversationCreated => JsonSerializer.Deserialize(body, Json.ConversationCreatedBody),
                RecordKind.ConversationUpdated => JsonSerializer.Deserialize(body, Json.ConversationUpdatedBody),
                RecordKind.ConversationDeleted => JsonSerializer.Deserialize(body, Json.ConversationDeletedBody),
                RecordKind.ItemsAdded => JsonSerializer.Deserialize(body, Json.ItemsAddedBody),
                _ => throw new InvalidDataException(
                    $"Record {record.Position} has the unknown kind {(short)record.Kind}; a newer build wrote it."),
            };
            return read ?? throw new InvalidDataException($"Record {record.Position} has an empty body.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Record {record.Position} ({record.Kind}) cannot be read.", exception);
        }
    }
}

/// <summary>The generated serializers of all bodies.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunAdmittedBody))]
[JsonSerializable(typeof(RunEndedBody))]
[JsonSerializable(typeof(RunRecoveredBody))]
[JsonSerializable(typeof(ConversationCreatedBody))]
[JsonSerializable(typeof(ConversationUpdatedBody))]
[JsonSerializable(typeof(ConversationDeletedBody))]
[JsonSerializable(typeof(ItemsAddedBody))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
