using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Vendors.Ollama;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>Ollama's <c>/api/embed</c>. Its default would cut long texts in silence, so it is told to refuse them.</summary>
internal sealed class OllamaEmbeddingAdapter(OllamaEndpoint endpoint) : IEmbeddingAdapter
{
    /// <inheritdoc />
    public string Provider => "ollama";

    /// <inheritdoc />
    public Uri? Address => endpoint.Address;

    /// <inheritdoc />
    public async Task<EmbeddingAnswer> EmbedAsync(EmbeddingCall call, CancellationToken cancellationToken)
    {
        var hasAnswered = false;
        try
        {
            using var response = await endpoint.SendAsync("api/embed", Write(call), cancellationToken);
            hasAnswered = true;
            var body = await VendorHttp.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
            var answer = Parse(body.Span);
            return answer.Error is { } error
                ? throw VendorErrors.InBody(null, error)
                : new EmbeddingAnswer(
                    answer.Embeddings ?? throw VendorErrors.Contract("the answer has no embeddings."), answer.Model, answer.PromptEvalCount);
        }
        catch (Exception exception) when (VendorErrors.IsNetwork(exception, cancellationToken))
        {
            throw hasAnswered ? VendorErrors.Cut(exception) : VendorErrors.Network(exception);
        }
    }

    private static ReadOnlyMemory<byte> Write(EmbeddingCall call)
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
        json.WriteBoolean("truncate", false);
        json.WriteOptional("dimensions", (long?)call.Dimensions);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static OllamaEmbeddingsWire Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, OllamaEmbeddingJson.Default.OllamaEmbeddingsWire)
                ?? throw VendorErrors.Contract("null in the place of an answer.");
        }
        catch (JsonException exception)
        {
            throw VendorErrors.Contract($"{exception.Path ?? "$"} is not as expected.", exception);
        }
    }
}

/// <summary>What is read of an answer.</summary>
internal sealed class OllamaEmbeddingsWire
{
    public string? Model { get; init; }

    public float[]?[]? Embeddings { get; init; }

    public int? PromptEvalCount { get; init; }

    /// <summary>An error in the place of an answer.</summary>
    public string? Error { get; init; }
}

/// <summary>The generated reader.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OllamaEmbeddingsWire))]
internal sealed partial class OllamaEmbeddingJson : JsonSerializerContext;
