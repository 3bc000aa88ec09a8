using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using OpenAI.Chat;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Pipeline;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>
/// Chat completions through the official SDK's protocol methods: it brings connection, authentication and its pipeline;
/// the bytes are ours, so that what was sent and what came back is exactly known and strictly checked.
/// </summary>
internal sealed class OpenAiChatAdapter(OpenAiEndpoint endpoint, string model) : IVendorAdapter
{
    /// <summary>The largest answer that is read, bytes.</summary>
    private const int MostBytes = 16 << 20;

    private readonly ChatClient _client = endpoint.Chat(model);

    /// <inheritdoc />
    public string Provider => "openai";

    /// <inheritdoc />
    public Uri? Address => endpoint.Address;

    /// <inheritdoc />
    public async Task<VendorAnswer> CompleteAsync(ModelCall call, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(call, stream: false, cancellationToken);
            var body = await ReadAsync(response, cancellationToken);
            if (response.IsError)
            {
                throw OpenAiErrors.OfStatus(response, body.Span);
            }

            return OpenAiChatAnswer.Of(Parse(body.Span), RequestId(response));
        }
        catch (Exception exception) when (IsNetwork(exception, cancellationToken))
        {
            throw OpenAiErrors.Network(exception);
        }
    }

    /// <inheritdoc />
    public async Task<VendorAnswer> StreamAsync(ModelCall call, Func<string, ValueTask> onText, CancellationToken cancellationToken)
    {
        var answer = new OpenAiChatAnswer();
        var hasBegun = false;
        try
        {
            using var response = await SendAsync(call, stream: true, cancellationToken);
            if (response.IsError)
            {
                throw OpenAiErrors.OfStatus(response, (await ReadAsync(response, cancellationToken)).Span);
            }

            answer.RequestId = RequestId(response);
            var events = SseParser.Create(response.ContentStream!, static (_, data) => data.SequenceEqual("[DONE]"u8) ? null : Parse(data));
            await foreach (var next in events.EnumerateAsync(cancellationToken))
            {
                hasBegun = true;
                if (next.Data is null)
                {
                    break;
                }

                if (answer.Add(next.Data) is { Length: > 0 } text)
                {
                    await onText(text);
                }
            }

            return answer.Finish();
        }
        catch (Exception exception) when (IsNetwork(exception, cancellationToken))
        {
            throw hasBegun ? OpenAiErrors.Cut(exception) : OpenAiErrors.Network(exception);
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

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(PipelineResponse response, CancellationToken cancellationToken)
    {
        var buffer = new byte[4_096];
        var length = 0;
        while (true)
        {
            var read = await response.ContentStream!.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            length += read;
            if (length == buffer.Length)
            {
                if (length >= MostBytes)
                {
                    throw OpenAiErrors.Contract($"its answer is larger than {MostBytes} bytes.");
                }

                Array.Resize(ref buffer, length * 2);
            }
        }
    }

    private static ChatCompletionWire Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, OpenAiJson.Default.ChatCompletionWire)
                ?? throw OpenAiErrors.Contract("null in the place of a completion.");
        }
        catch (JsonException exception)
        {
            throw OpenAiErrors.Contract(
                $"{exception.Path ?? "$"} is not as expected in “{Encoding.UTF8.GetString(data[..Math.Min(data.Length, 80)])}”.", exception);
        }
    }

    private static string? RequestId(PipelineResponse response) =>
        response.Headers.TryGetValue("x-request-id", out var id) ? id : null;

    private static bool IsNetwork(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is HttpRequestException or IOException or ClientResultException or OperationCanceledException or System.Net.Sockets.SocketException;
}
