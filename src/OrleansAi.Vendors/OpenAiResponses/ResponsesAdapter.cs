using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpenAI.Responses;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.OpenAi;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAiResponses;

/// <summary>OpenAI's Responses API through the official SDK's protocol methods, stateless on the vendor's side.</summary>
/// <param name="endpoint">The vendor's connections.</param>
/// <param name="vendor">The vendor's configured name.</param>
internal sealed class ResponsesAdapter(OpenAiEndpoint endpoint, string vendor) : IVendorAdapter
{
    private readonly ResponsesClient _client = endpoint.Responses();

    /// <inheritdoc />
    public string Provider => "openai";

    /// <inheritdoc />
    public string? Api => "openai.responses";

    /// <inheritdoc />
    public Uri? Address => endpoint.Address;

    /// <inheritdoc />
    public async Task<VendorAnswer> CompleteAsync(ModelCall call, CancellationToken cancellationToken)
    {
        var hasAnswered = false;
        try
        {
            using var response = await SendAsync(call, stream: false, cancellationToken);
            hasAnswered = true;
            var body = await ReadAsync(response, cancellationToken);
            return ResponsesAnswer.Of(Parse(body.Span, ResponsesJson.Default.ResponseWire), vendor, RequestId(response));
        }
        catch (Exception exception) when (IsNetwork(exception, cancellationToken))
        {
            throw hasAnswered ? VendorErrors.Cut(exception) : VendorErrors.Network(exception);
        }
    }

    /// <inheritdoc />
    public async Task<VendorAnswer> StreamAsync(ModelCall call, Func<ModelDelta, ValueTask> onDelta, CancellationToken cancellationToken)
    {
        var (hasAnswered, hasBegun) = (false, false);
        try
        {
            using var response = await SendAsync(call, stream: true, cancellationToken);
            hasAnswered = true;
            if (response.IsError)
            {
                await ReadAsync(response, cancellationToken);
            }

            var answer = new ResponsesAnswer(vendor);
            var deltas = new List<ModelDelta>();
            var events = SseParser.Create(response.ContentStream!, static (name, data) =>
                (Event: Parse(data, ResponsesJson.Default.ResponsesEventWire), Raw: name == "error" ? Raw(data) : null));
            await foreach (var next in events.EnumerateAsync(cancellationToken))
            {
                hasBegun = true;
                answer.Add(next.Data.Event, next.Data.Raw, deltas);
                foreach (var delta in deltas)
                {
                    await onDelta(delta);
                }

                deltas.Clear();
                if (answer.HasEnded)
                {
                    break;
                }
            }

            return hasBegun ? answer.Finish(RequestId(response)) : throw VendorErrors.Contract("the stream has no event.");
        }
        catch (Exception exception) when (IsNetwork(exception, cancellationToken))
        {
            throw hasAnswered ? VendorErrors.Cut(exception) : VendorErrors.Network(exception);
        }
    }

    private async Task<PipelineResponse> SendAsync(ModelCall call, bool stream, CancellationToken cancellationToken)
    {
        var options = new RequestOptions
        {
            BufferResponse = false,
            CancellationToken = cancellationToken,
            ErrorOptions = ClientErrorBehaviors.NoThrow,
        };
        using var content = BinaryContent.Create(new BinaryData(ResponsesRequest.Write(call, stream)));
        return (await _client.CreateResponseAsync(content, options)).GetRawResponse();
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(PipelineResponse response, CancellationToken cancellationToken)
    {
        var body = await VendorHttp.ReadAsync(response.ContentStream!, cancellationToken);
        return response.IsError ? throw OpenAiErrors.OfStatus(response, body.Span) : body;
    }

    private static T Parse<T>(ReadOnlySpan<byte> data, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(data, type) ?? throw VendorErrors.Contract("null in the place of an answer.");
        }
        catch (JsonException exception)
        {
            throw VendorErrors.Contract($"{exception.Path ?? "$"} is not as expected.", exception);
        }
    }

    private static JsonElement? Raw(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        return JsonElement.ParseValue(ref reader);
    }

    private static string? RequestId(PipelineResponse response) =>
        response.Headers.TryGetValue("x-request-id", out var id) ? id : null;

    private static bool IsNetwork(Exception exception, CancellationToken cancellationToken) =>
        VendorErrors.IsNetwork(exception, cancellationToken)
        || (exception is ClientResultException && !cancellationToken.IsCancellationRequested);
}
