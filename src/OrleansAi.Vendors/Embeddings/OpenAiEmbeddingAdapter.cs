using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI.Embeddings;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Vendors.OpenAi;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>OpenAI's embeddings through the official SDK's protocol method, for whoever speaks them.</summary>
internal sealed class OpenAiEmbeddingAdapter(IEmbeddingEndpoint endpoint, string model) : IEmbeddingAdapter
{
    private readonly EmbeddingClient _client = endpoint.Embeddings(model);

    /// <inheritdoc />
    public string Provider => endpoint.Provider;

    /// <inheritdoc />
    public Uri? Address => endpoint.Address;

    /// <inheritdoc />
    public string? EncodingFormat => OpenAiEmbeddingRequest.Format;

    /// <inheritdoc />
    public async Task<EmbeddingAnswer> EmbedAsync(EmbeddingCall call, CancellationToken cancellationToken)
    {
        var hasAnswered = false;
        try
        {
            var options = new RequestOptions
            {
                BufferResponse = false,
                CancellationToken = cancellationToken,
                ErrorOptions = ClientErrorBehaviors.NoThrow,
            };
            using var content = BinaryContent.Create(new BinaryData(OpenAiEmbeddingRequest.Write(call)));
            using var response = (await _client.GenerateEmbeddingsAsync(content, options)).GetRawResponse();
            hasAnswered = true;
            var body = await VendorHttp.ReadAsync(response.ContentStream!, cancellationToken);
            return response.IsError ? throw OpenAiErrors.OfStatus(response, body.Span) : Answer(call, Parse(body.Span));
        }
        catch (Exception exception) when (IsNetwork(exception, cancellationToken))
        {
            throw hasAnswered ? VendorErrors.Cut(exception) : VendorErrors.Network(exception);
        }
    }

    // The order of the list says nothing: each entry names the text that it is for.
    private static EmbeddingAnswer Answer(EmbeddingCall call, OpenAiEmbeddingsWire answer)
    {
        if (answer.Error is { ValueKind: not JsonValueKind.Null } error)
        {
            throw OpenAiErrors.InBody(error);
        }

        var data = answer.Data ?? throw VendorErrors.Contract("the answer has no data.");
        if (data.Length != call.Inputs.Count)
        {
            throw VendorErrors.Contract($"{call.Inputs.Count} texts got {data.Length} vectors.");
        }

        var vectors = new float[]?[data.Length];
        foreach (var one in data)
        {
            if (one is not { Index: { } index } || index < 0 || index >= vectors.Length || vectors[index] is not null)
            {
                throw VendorErrors.Contract($"a vector has the index '{one?.Index}', which is missing, not that of a text, or there twice.");
            }

            vectors[index] = one.Embedding;
        }

        return new EmbeddingAnswer(vectors, answer.Model, answer.Usage?.PromptTokens);
    }

    private static OpenAiEmbeddingsWire Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, OpenAiEmbeddingJson.Default.OpenAiEmbeddingsWire)
                ?? throw VendorErrors.Contract("null in the place of an answer.");
        }
        catch (JsonException exception)
        {
            throw VendorErrors.Contract($"{exception.Path ?? "$"} is not as expected.", exception);
        }
    }

    private static bool IsNetwork(Exception exception, CancellationToken cancellationToken) =>
        VendorErrors.IsNetwork(exception, cancellationToken)
        || (exception is ClientResultException && !cancellationToken.IsCancellationRequested);
}
