using System.Net.ServerSentEvents;
using System.Text.Json;
using Anthropic.Core;
using Anthropic.Exceptions;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Anthropic;

/// <summary>Anthropic's Messages API.</summary>
/// <param name="endpoint">The vendor's connections.</param>
/// <param name="model">The vendor's name of the model.</param>
/// <param name="vendor">The vendor's configured name: what it signs comes back to it alone.</param>
internal sealed class AnthropicAdapter(AnthropicEndpoint endpoint, string model, string vendor) : IVendorAdapter
{
    private const string Events = "text/event-stream";

    /// <inheritdoc />
    public string Provider => "anthropic";

    /// <inheritdoc />
    public string? Api => "anthropic.messages";

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
            var body = await ReadAsync(response.RawMessage, cancellationToken);
            return AnthropicAnswer.Of(Parse(body.Span), vendor, RequestId(response.RawMessage));
        }
        catch (Exception exception) when (IsNetwork(exception, cancellationToken))
        {
            throw hasAnswered ? VendorErrors.Cut(exception) : VendorErrors.Network(exception);
        }
    }

    /// <inheritdoc />
    public async Task<VendorAnswer> StreamAsync(ModelCall call, Func<ModelDelta, ValueTask> onDelta, CancellationToken cancellationToken)
    {
        var hasAnswered = false;
        try
        {
            using var response = await SendAsync(call, stream: true, cancellationToken);
            hasAnswered = true;
            var answer = new AnthropicAnswer(vendor, RequestId(response.RawMessage));
            await RequireEventsAsync(response.RawMessage, cancellationToken);
            var stream = await response.RawMessage.Content.ReadAsStreamAsync(cancellationToken);
            var pieces = new List<ModelDelta>();
            await foreach (var next in SseParser.Create(stream, static (_, data) => Parse(data)).EnumerateAsync(cancellationToken))
            {
                pieces.Clear();
                answer.Add(next.Data, pieces);
                foreach (var piece in pieces)
                {
                    await onDelta(piece);
                }

                if (answer.IsComplete)
                {
                    break;
                }
            }

            return answer.Finish();
        }
        catch (Exception exception) when (IsNetwork(exception, cancellationToken))
        {
            throw hasAnswered ? VendorErrors.Cut(exception) : VendorErrors.Network(exception);
        }
    }

    private async Task<HttpResponse> SendAsync(ModelCall call, bool stream, CancellationToken cancellationToken)
    {
        var body = new AnthropicBody(AnthropicRequest.Write(call, model, vendor, stream)) { Version = AnthropicRequest.Version(call) };
        return await endpoint.Transport.Execute(
            new HttpRequest<AnthropicBody> { Method = HttpMethod.Post, Params = body }, cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await VendorHttp.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);

    /// <summary>An answer that is no stream is an error on HTTP 200, or no answer of this vendor's.</summary>
    private static async Task RequireEventsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is { } type && type != Events)
        {
            var root = Parse((await ReadAsync(response, cancellationToken)).Span);
            throw AnthropicErrors.IsError(root)
                ? AnthropicErrors.InBody(root)
                : VendorErrors.Contract($"the answer is {type}; expected is {Events}.");
        }
    }

    private static JsonElement Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            // Backends that speak the format may end as OpenAI does.
            var reader = new Utf8JsonReader(data);
            return data.SequenceEqual("[DONE]"u8) ? default : JsonElement.ParseValue(ref reader);
        }
        catch (JsonException exception)
        {
            throw VendorErrors.Contract($"the answer is not JSON at byte {exception.BytePositionInLine}.", exception);
        }
    }

    private static string? RequestId(HttpResponseMessage response) =>
        AnthropicTransport.Header(response, "request-id") ?? AnthropicTransport.Header(response, "x-request-id");

    private static bool IsNetwork(Exception exception, CancellationToken cancellationToken) =>
        VendorErrors.IsNetwork(exception, cancellationToken)
        || (exception is AnthropicException && !cancellationToken.IsCancellationRequested);
}
