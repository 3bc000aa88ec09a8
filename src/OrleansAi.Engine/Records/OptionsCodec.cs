using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Records;

/// <summary>Options of a turn to JSON and back.</summary>
public static class OptionsCodec
{
    private static readonly TurnOptions None = new();

    private static readonly JsonTypeInfo<TurnOptions> Json = (JsonTypeInfo<TurnOptions>)new JsonSerializerOptions(OptionsJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = OptionsJsonContext.Default.WithAddedModifier(RecordSerializer.LeftOutMeansDefault),
    }.GetTypeInfo(typeof(TurnOptions));

    /// <summary>Makes options ready to be stored; null for none.</summary>
    public static StoredText? Write(TurnOptions options) =>
        options == None ? null : StoredText.Of(JsonSerializer.Serialize(options, Json));

    /// <summary>Reads stored options.</summary>
    /// <exception cref="InvalidDataException">They cannot be read.</exception>
    public static TurnOptions Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, Json)
                ?? throw new InvalidDataException("The options of a run are empty.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("The options of a run cannot be read.", exception);
        }
    }
}

/// <summary>The generated serializer of options.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TurnOptions))]
internal sealed partial class OptionsJsonContext : JsonSerializerContext;
