using System.Net.ServerSentEvents;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Gemini;

/// <summary>Google's Gemini API, in its own format: generateContent and streamGenerateContent.</summary>
/// <param name="endpoint">The vendor's connections.</param>
/// <param name="model">The vendor's name of the model.</param>
/// <param name="vendor">The vendor's configured name: what it signs comes back to it alone.</param>
internal sealed class GeminiAdapter(GeminiEndpoint endpoint, string model, string vendor) : IVendorAdapter
{
    private const string Events = "text/event-stream";

    /// <inheritdoc />
    public string Provider => "gcp.gemini";

    /// <inheritdoc />
    public string? Api => "gemini.generate-content";

    /// <inheritdoc />
    public Uri? Address => endpoint.Address;

    /// <inheritdoc />
    public async Task<VendorAnswer> CompleteAsync(ModelCall call, CancellationToken cancellationToken)
    {
        var hasAnswered = false;
        try
        {
            using var response = await SendAsync(call, "generateContent", cancellationToken);
            hasAnswered = true;
            var body = await ReadAsync(response, cancellationToken);
            var answer = Answer(call, response);
            answer.Add(Parse(body.Span), []);
            return answer.Finish(isStream: false);
        }
        catch (Exception exception) when (VendorErrors.IsNetwork(exception, cancellationToken))
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
            using var response = await SendAsync(call, "streamGenerateContent?alt=sse", cancellationToken);
            hasAnswered = true;
            await RequireEventsAsync(response, cancellationToken);
            var answer = Answer(call, response);
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var pieces = new List<ModelDelta>();

            // There is no terminal event: what follows the finish reason, the usage for one, is read up to a clean end.
            await foreach (var next in SseParser.Create(stream, static (_, data) => Parse(data)).EnumerateAsync(cancellationToken))
            {
                pieces.Clear();
                answer.Add(next.Data, pieces);
                foreach (var piece in pieces)
                {
                    await onDelta(piece);
                }
            }

            return answer.Finish(isStream: true);
        }
        catch (Exception exception) when (VendorErrors.IsNetwork(exception, cancellationToken))
        {
            throw hasAnswered ? VendorErrors.Cut(exception) : VendorErrors.Network(exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(ModelCall call, string method, CancellationToken cancellationToken)
    {
        var response = await endpoint.SendAsync(model, method, GeminiRequest.Write(call, model, vendor), cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await ReadAsync(response, cancellationToken);
            throw GeminiErrors.OfStatus((int)response.StatusCode, body.Span, name => Header(response, name));
        }
    }

    private GeminiAnswer Answer(ModelCall call, HttpResponseMessage response) =>
        new(vendor, Header(response, "x-request-id") ?? Header(response, "request-id"), call.Messages.Count);

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await VendorHttp.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);

    /// <summary>An answer that is no stream is an error on HTTP 200, or no answer of this vendor's.</summary>
    private static async Task RequireEventsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is { } type && type != Events)
        {
            throw GeminiErrors.Find((await ReadAsync(response, cancellationToken)).Span) is { } error
                ? GeminiErrors.InBody(error)
                : VendorErrors.Contract($"the answer is {type}; expected is {Events}.");
        }
    }

    private static GeminiResponseWire Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, GeminiJson.Default.GeminiResponseWire)
                ?? throw VendorErrors.Contract("null in the place of an answer.");
        }
        catch (JsonException exception)
        {
            throw GeminiErrors.Find(data) is { } error
                ? GeminiErrors.InBody(error)
                : VendorErrors.Contract($"{exception.Path ?? "$"} is not as expected at byte {exception.BytePositionInLine}.", exception);
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
