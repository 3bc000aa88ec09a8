using System.Text;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Ollama;

/// <summary>
/// Ollama's own chat API. Over HTTP and not OllamaSharp 5.5: that hands arguments over as .NET values, which do not come back
/// to the bytes that were sent, and says 0 where a server says nothing of its tokens.
/// </summary>
/// <param name="endpoint">The vendor's connections.</param>
/// <param name="vendor">The vendor's configured name.</param>
internal sealed class OllamaAdapter(OllamaEndpoint endpoint, string vendor) : IVendorAdapter
{
    /// <inheritdoc />
    public string Provider => "ollama";

    /// <inheritdoc />
    public string? Api => "ollama.chat";

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
            var body = await VendorHttp.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
            var answer = new OllamaAnswer(vendor, call.Messages.Count);
            answer.Add(Parse(body.Span), []);
            return answer.Finish();
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
            using var response = await SendAsync(call, stream: true, cancellationToken);
            hasAnswered = true;
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
            var answer = new OllamaAnswer(vendor, call.Messages.Count);
            var deltas = new List<ModelDelta>();
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.Length == 0)
                {
                    continue;
                }

                answer.Add(Parse(Encoding.UTF8.GetBytes(line)), deltas);
                foreach (var delta in deltas)
                {
                    await onDelta(delta);
                }

                deltas.Clear();
            }

            return answer.Finish();
        }
        catch (Exception exception) when (VendorErrors.IsNetwork(exception, cancellationToken))
        {
            throw hasAnswered ? VendorErrors.Cut(exception) : VendorErrors.Network(exception);
        }
    }

    private Task<HttpResponseMessage> SendAsync(ModelCall call, bool stream, CancellationToken cancellationToken) =>
        endpoint.SendAsync("api/chat", OllamaRequest.Write(call, stream), cancellationToken);

    private static OllamaChatWire Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, OllamaJson.Default.OllamaChatWire) ?? throw VendorErrors.Contract("null in the place of an answer.");
        }
        catch (JsonException exception)
        {
            throw VendorErrors.Contract($"{exception.Path ?? "$"} is not as expected.", exception);
        }
    }
}
