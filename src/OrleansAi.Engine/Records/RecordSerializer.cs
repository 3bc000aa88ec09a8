using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Records;

/// <summary>
/// Bodies to JSON and back: what stands in it is in the clear, so what a body says of its content is sealed before by
/// <see cref="RecordSealer"/>.
/// </summary>
public static class RecordSerializer
{
    // Bodies go to a database, never into HTML: letters of all scripts stay as they are instead of six bytes each.
    private static readonly JsonSerializerOptions Options = new(RecordJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = RecordJsonContext.Default.WithAddedModifier(LeftOutMeansDefault),
    };

    /// <summary>The JSON of a body, as it is.</summary>
    public static byte[] Serialize(RecordBody body) => body switch
    {
        RunAdmittedBody admitted => JsonSerializer.SerializeToUtf8Bytes(admitted, Type<RunAdmittedBody>.Info),
        RunEndedBody ended => JsonSerializer.SerializeToUtf8Bytes(ended, Type<RunEndedBody>.Info),
        RunSteppedBody stepped => JsonSerializer.SerializeToUtf8Bytes(stepped, Type<RunSteppedBody>.Info),
        RunRecoveredBody recovered => JsonSerializer.SerializeToUtf8Bytes(recovered, Type<RunRecoveredBody>.Info),
        ConversationCreatedBody created => JsonSerializer.SerializeToUtf8Bytes(created, Type<ConversationCreatedBody>.Info),
        ConversationUpdatedBody updated => JsonSerializer.SerializeToUtf8Bytes(updated, Type<ConversationUpdatedBody>.Info),
        ConversationDeletedBody deleted => JsonSerializer.SerializeToUtf8Bytes(deleted, Type<ConversationDeletedBody>.Info),
        ItemsAddedBody added => JsonSerializer.SerializeToUtf8Bytes(added, Type<ItemsAddedBody>.Info),
        ItemsDeletedBody gone => JsonSerializer.SerializeToUtf8Bytes(gone, Type<ItemsDeletedBody>.Info),
        RunsReleasedBody released => JsonSerializer.SerializeToUtf8Bytes(released, Type<RunsReleasedBody>.Info),
        RunPinChangedBody pin => JsonSerializer.SerializeToUtf8Bytes(pin, Type<RunPinChangedBody>.Info),
        _ => throw new ArgumentException($"{body.GetType().Name} is no known record body.", nameof(body)),
    };

    /// <summary>The kind under which a body is stored.</summary>
    public static RecordKind KindOf(RecordBody body) => body switch
    {
        RunAdmittedBody => RecordKind.RunAdmitted,
        RunEndedBody => RecordKind.RunEnded,
        RunSteppedBody => RecordKind.RunStepped,
        RunRecoveredBody => RecordKind.RunRecovered,
        ConversationCreatedBody => RecordKind.ConversationCreated,
        ConversationUpdatedBody => RecordKind.ConversationUpdated,
        ConversationDeletedBody => RecordKind.ConversationDeleted,
        ItemsAddedBody => RecordKind.ItemsAdded,
        ItemsDeletedBody => RecordKind.ItemsDeleted,
        RunsReleasedBody => RecordKind.RunsReleased,
        RunPinChangedBody => RecordKind.RunPinChanged,
        _ => throw new ArgumentException($"{body.GetType().Name} is no known record body.", nameof(body)),
    };

    /// <summary>Reads what anybody may know of a record. Its content is put in by <see cref="RecordReader"/>.</summary>
    /// <exception cref="InvalidDataException">The record cannot be read; the message names its position.</exception>
    public static RecordBody Deserialize(JournalRecord record)
    {
        try
        {
            var body = SealedForm.JsonOf(record.Body.Span);
            RecordBody? read = record.Kind switch
            {
                RecordKind.RunAdmitted => JsonSerializer.Deserialize(body, Type<RunAdmittedBody>.Info),
                RecordKind.RunEnded => JsonSerializer.Deserialize(body, Type<RunEndedBody>.Info),
                RecordKind.RunStepped => JsonSerializer.Deserialize(body, Type<RunSteppedBody>.Info),
                RecordKind.RunRecovered => JsonSerializer.Deserialize(body, Type<RunRecoveredBody>.Info),
                RecordKind.ConversationCreated => JsonSerializer.Deserialize(body, Type<ConversationCreatedBody>.Info),
                RecordKind.ConversationUpdated => JsonSerializer.Deserialize(body, Type<ConversationUpdatedBody>.Info),
                RecordKind.ConversationDeleted => JsonSerializer.Deserialize(body, Type<ConversationDeletedBody>.Info),
                RecordKind.ItemsAdded => JsonSerializer.Deserialize(body, Type<ItemsAddedBody>.Info),
                RecordKind.ItemsDeleted => JsonSerializer.Deserialize(body, Type<ItemsDeletedBody>.Info),
                RecordKind.RunsReleased => JsonSerializer.Deserialize(body, Type<RunsReleasedBody>.Info),
                RecordKind.RunPinChanged => JsonSerializer.Deserialize(body, Type<RunPinChangedBody>.Info),
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

    // A number that is zero is not written, so one that is not there is zero: a step that took no microsecond must be
    // readable. Only texts and objects can be missing.
    internal static void LeftOutMeansDefault(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(static property => property.PropertyType.IsValueType))
        {
            property.IsRequired = false;
        }
    }

    internal static JsonTypeInfo<T> TypeOf<T>() => Type<T>.Info;

    private static class Type<T>
    {
        public static readonly JsonTypeInfo<T> Info = (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
    }
}

/// <summary>The generated serializers of all bodies.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunAdmittedBody))]
[JsonSerializable(typeof(RunEndedBody))]
[JsonSerializable(typeof(RunSteppedBody))]
[JsonSerializable(typeof(RunRecoveredBody))]
[JsonSerializable(typeof(ConversationCreatedBody))]
[JsonSerializable(typeof(ConversationUpdatedBody))]
[JsonSerializable(typeof(ConversationDeletedBody))]
[JsonSerializable(typeof(ItemsAddedBody))]
[JsonSerializable(typeof(ItemsDeletedBody))]
[JsonSerializable(typeof(RunsReleasedBody))]
[JsonSerializable(typeof(RunPinChangedBody))]
[JsonSerializable(typeof(ItemContent))]
[JsonSerializable(typeof(FrameContent))]
[JsonSerializable(typeof(MetadataContent))]
[JsonSerializable(typeof(TextContent))]
[JsonSerializable(typeof(ThoughtsContent))]
[JsonSerializable(typeof(CallContent))]
[JsonSerializable(typeof(ExchangeContent))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
