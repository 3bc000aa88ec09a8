using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Vendors.Gemini;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>
/// Google's <c>batchEmbedContents</c>, at most a hundred texts a call. A vector that is shorter than the model's own comes without
/// the length 1 that the others have; it is given it here, as Google advises.
/// </summary>
internal sealed class GeminiEmbeddingAdapter(GeminiEndpoint endpoint, string model) : IEmbeddingAdapter
{
    /// <summary>The most texts of one call.</summary>
    public const int MostInputs = 100;

    /// <inheritdoc />
    public string Provider => "gcp.gemini";

    /// <inheritdoc />
    public Uri? Address => endpoint.Address;

    /// <inheritdoc />
    public async Task<EmbeddingAnswer> EmbedAsync(EmbeddingCall call, CancellationToken cancellationToken)
    {
        var hasAnswered = false;
        try
        {
            using var response = await endpoint.SendAsync(model, "batchEmbedContents", Write(call), cancellationToken);
            hasAnswered = true;
            var body = await VendorHttp.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw GeminiErrors.OfStatus(
                    (int)response.StatusCode,
                    body.Span,
                    name => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null);
            }

            var answer = Parse(body.Span);
            var vectors = (answer.Embeddings ?? throw NoVectors(body.Span)).Select(static one => one?.Values).ToList();
            if (call.Dimensions is not null)
            {
                vectors.ForEach(Normalise);
            }

            return new EmbeddingAnswer(vectors, null, answer.UsageMetadata?.PromptTokenCount);
        }
        catch (Exception exception) when (VendorErrors.IsNetwork(exception, cancellationToken))
        {
            throw hasAnswered ? VendorErrors.Cut(exception) : VendorErrors.Network(exception);
        }
    }

    private ReadOnlyMemory<byte> Write(EmbeddingCall call)
    {
        var name = model.Contains('/', StringComparison.Ordinal) ? model : "models/" + model;
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using var json = new Utf8JsonWriter(buffer, JsonText.Plain);
        json.WriteStartObject();
        json.WriteStartArray("requests");
        foreach (var input in call.Inputs)
        {
            json.WriteStartObject();
            json.WriteString("model", name);
            json.WriteStartObject("content");
            json.WriteStartArray("parts");
            json.WriteStartObject();
            json.WriteString("text", input);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteOptional("outputDimensionality", (long?)call.Dimensions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Normalise(float[]? vector)
    {
        var length = Math.Sqrt(vector?.Sum(static number => (double)number * number) ?? 0);
        for (var i = 0; i < vector?.Length && length > 0; i++)
        {
            vector[i] = (float)(vector[i] / length);
        }
    }

    private static Exception NoVectors(ReadOnlySpan<byte> body) => GeminiErrors.Find(body) is { } error
        ? GeminiErrors.InBody(error)
        : VendorErrors.Contract("the answer has no embeddings.");

    private static GeminiEmbeddingsWire Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, GeminiEmbeddingJson.Default.GeminiEmbeddingsWire)
                ?? throw VendorErrors.Contract("null in the place of an answer.");
        }
        catch (JsonException exception)
        {
            throw GeminiErrors.Find(body) is { } error
                ? GeminiErrors.InBody(error)
                : VendorErrors.Contract($"{exception.Path ?? "$"} is not as expected.", exception);
        }
    }
}

/// <summary>What is read of an answer.</summary>
internal sealed class GeminiEmbeddingsWire
{
    public GeminiEmbeddingWire?[]? Embeddings { get; init; }

    public GeminiUsageWire? UsageMetadata { get; init; }
}

internal sealed class GeminiEmbeddingWire
{
    public float[]? Values { get; init; }
}

/// <summary>The generated reader.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GeminiEmbeddingsWire))]
internal sealed partial class GeminiEmbeddingJson : JsonSerializerContext;
