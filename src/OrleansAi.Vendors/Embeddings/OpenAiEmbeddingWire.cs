using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>What is read of an answer.</summary>
internal sealed class OpenAiEmbeddingsWire
{
    public OpenAiEmbeddingWire?[]? Data { get; init; }

    public string? Model { get; init; }

    public OpenAiEmbeddingUsageWire? Usage { get; init; }

    /// <summary>An error in the place of an answer, on HTTP 200 too.</summary>
    public JsonElement? Error { get; init; }
}

internal sealed class OpenAiEmbeddingWire
{
    public int? Index { get; init; }

    [JsonConverter(typeof(VectorConverter))]
    public float[]? Embedding { get; init; }
}

internal sealed class OpenAiEmbeddingUsageWire
{
    public int? PromptTokens { get; init; }
}

/// <summary>A vector as numbers, or in base 64 as little-endian 32-bit numbers: servers give either, whatever was asked for.</summary>
internal sealed class VectorConverter : JsonConverter<float[]>
{
    public override float[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (!reader.TryGetBytesFromBase64(out var bytes) || bytes.Length % sizeof(float) != 0)
            {
                throw new JsonException("A vector is not 32-bit numbers in base 64.");
            }

            var decoded = new float[bytes.Length / sizeof(float)];
            for (var i = 0; i < decoded.Length; i++)
            {
                decoded[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
            }

            return decoded;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("A vector is neither a list nor a text.");
        }

        var numbers = new List<float>(1_536);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            numbers.Add(reader.TokenType == JsonTokenType.Number ? reader.GetSingle() : throw new JsonException("A vector has no number."));
        }

        return [.. numbers];
    }

    public override void Write(Utf8JsonWriter writer, float[] value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Vectors are only read.");
}

/// <summary>The generated reader.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OpenAiEmbeddingsWire))]
internal sealed partial class OpenAiEmbeddingJson : JsonSerializerContext;

/// <summary>Writes the request: equal calls give equal bytes.</summary>
internal static class OpenAiEmbeddingRequest
{
    /// <summary>How vectors are asked for: a third of the bytes of numbers in decimal, and exact.</summary>
    public const string Format = "base64";

    public static ReadOnlyMemory<byte> Write(EmbeddingCall call)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using var json = new Utf8JsonWriter(buffer, JsonText.Plain);
        json.WriteStartObject();
        json.WriteString("model", call.Model);
        json.WriteStartArray("input");
        foreach (var input in call.Inputs)
        {
            json.WriteStringValue(input);
        }

        json.WriteEndArray();
        json.WriteString("encoding_format", Format);
        json.WriteOptional("dimensions", (long?)call.Dimensions);
        json.WriteOptional("user", call.SafetyIdentifier);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
