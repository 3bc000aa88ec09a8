using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Engine.Integrity;

/// <summary>What a collection's record says of its ingestion, which the index of runs has under this id.</summary>
internal sealed partial record IngestionMark(string Id, bool IsEnd)
{
    /// <summary>Reads a record.</summary>
    /// <returns>Null when it begins and ends no ingestion.</returns>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static IngestionMark? Read(StoredRecord record)
    {
        if ((RecordKind)record.Kind is not (RecordKind.IngestionBegun or RecordKind.IngestionEnded))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(record.ToRecord().Body.Span, BodyContext.Default.Body) is { Id: { } id }
                ? new IngestionMark(id, (RecordKind)record.Kind == RecordKind.IngestionEnded)
                : throw new InvalidDataException("An ingestion has no id.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"An ingestion's record cannot be read: {exception.Message}", exception);
        }
    }

    internal sealed record Body(string? Id);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Body))]
    internal sealed partial class BodyContext : JsonSerializerContext;
}
