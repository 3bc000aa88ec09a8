using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using OpenAI.Chat;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>
/// Chat completions through the official SDK's protocol methods: it brings connection, authentication and its pipeline;
/// the bytes are ours, so that what was sent and what came back is exactly known and strictly checked.
/// </summary>
internal sealed class OpenAiChatAdapter(IChatEndpoint endpoint, string model, string vendor) : IVendorAdapter
{
    private readonly ChatClient _client = endpoint.Chat(model);

    /// <inheritdoc />
    public string Provider => endpoint.Provider;

    /// <inheritdoc />
    public string? Api => endpoint.Api;

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
            var body = await VendorHttp.ReadAsync(response.ContentStream!, cancellationToken);
            if (response.IsError)
            {
                throw OpenAiErrors.OfStatus(response, body.Span);
            }

            return OpenAiChatAnswer.Of(Parse(body.Span), vendor, RequestId(response));
        }
        catch (Exception exception) when (IsNetwork(exception, cancellationToken))
        {
            throw hasAnswered ? VendorErrors.Cut(exception) : VendorErrors.Network(exception);
        }
    }

    /// <inheritdoc />
    public async Task<VendorAnswer> StreamAsync(ModelCall call, Func<ModelDelta, ValueTask> onDelta, CancellationToken cancellationToken)
    {
        var answer = new OpenAiChatAnswer(vendor);
        var (hasAnswered, hasBegun) = (false, false);
        var others = new List<ModelDelta>();
        try
        {
            using var response = await SendAsync(call, stream: true, cancellationToken);
            hasAnswered = true;
            if (response.IsError)
            {
                throw OpenAiErrors.OfStatus(response, (await VendorHttp.ReadAsync(response.ContentStream!, cancellationToken)).Span);
            }

            answer.RequestId = RequestId(response);
            var events = SseParser.Create(response.ContentStream!, static (_, data) => data.SequenceEqual("[DONE]"u8) ? null : Parse(data));
            await foreach (var next in events.EnumerateAsync(cancellationToken))
            {
                hasBegun = true;
                if (next.Data is null)
                {
                    return answer.Finish(isDone: true);
                }

                if (answer.Add(next.Data, others) is { Length: > 0 } text)
                {
                    await onDelta(new ModelDelta { Kind = ModelDeltaKind.Text, Text = text });
                }

                foreach (var other in others)
                {
                    await onDelta(other);
                }

                others.Clear();
            }

            return hasBegun ? answer.Finish(isDone: false) : throw VendorErrors.Contract("the stream has no event.");
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
        using var content = BinaryContent.Create(new BinaryData(OpenAiChatRequest.Write(call, stream)));
        var result = await _client.CompleteChatAsync(content, options);
        return result.GetRawResponse();
    }

    private static ChatCompletionWire Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, OpenAiJson.Default.ChatCompletionWire)
                ?? throw VendorErrors.Contract("null in the place of a completion.");
        }
        catch (JsonException exception)
        {
            throw VendorErrors.Contract(
                $"{exception.Path ?? "$"} is not as expected in “{Encoding.UTF8.GetString(data[..Math.Min(data.Length, 80)])}”.", exception);
        }
    }

    private static string? RequestId(PipelineResponse response) =>
        response.Headers.TryGetValue("x-request-id", out var id) ? id : null;

    private static bool IsNetwork(Exception exception, CancellationToken cancellationToken) =>
        VendorErrors.IsNetwork(exception, cancellationToken)
        || (exception is ClientResultException && !cancellationToken.IsCancellationRequested);
}
