using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Client;

/// <summary>
/// A chat client over a conversation. The conversation owns the history: of the messages given only those after the last
/// assistant message are new, system messages are the instructions of the turn, and the rest is known already. So an
/// application that sends its whole history each time, and one that sends new messages only, both do right. Without a
/// conversation every call is stateless and takes all messages.
/// </summary>
internal sealed class ConversationChatClient(OrleansAiClient client, string? conversationId, string? model) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var conversation = options?.ConversationId ?? conversationId;
        var run = await client.RunTurnAsync(conversation, Request(messages, options, conversation, stream: false), cancellationToken);
        ThrowIfFailed(run);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, [.. run.Output.SelectMany(ChatMessageConversion.ToContents)])
        {
            MessageId = MessageId(run),
        })
        {
            ResponseId = run.Id,
            ConversationId = conversation,
            ModelId = run.ServedModel ?? run.Model,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(run.CreatedAt),
            FinishReason = Finish(run),
            Usage = Convert(run.Usage),
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var conversation = options?.ConversationId ?? conversationId;
        var run = await client.StartTurnAsync(conversation, Request(messages, options, conversation, stream: true));
        var sent = -1L;
        await foreach (var next in client.FollowAsync(run.ConversationId, run.Id, -1, cancellationToken))
        {
            switch (next.Kind)
            {
                case RunEventKind.TextDelta when next.Part != RunEventPart.Arguments && (sent < 0 || sent == Attempt(next)):
                    sent = Attempt(next);
                    yield return Update(
                        next.Part switch
                        {
                            RunEventPart.Summary => new TextReasoningContent(next.Text),
                            RunEventPart.Refusal => new ErrorContent(next.Text) { ErrorCode = "Refusal" },
                            _ => new TextContent(next.Text),
                        },
                        next.ItemId);
                    break;
                case RunEventKind.ItemDone when next.Item is { Kind: ItemKind.FunctionCall, Status: ItemStatus.Completed } call && (sent < 0 || sent == Attempt(next)):
                    sent = Attempt(next);
                    yield return Update(ChatMessageConversion.Call(call), next.ItemId);
                    break;
                case RunEventKind.ItemAdded when sent >= 0 && sent != Attempt(next):
                    // A caller that puts updates together would join two attempts.
                    throw new OrleansAiException(
                        ErrorCodes.VendorFailed, $"The answer was cut and is written anew; read the run '{run.Id}' for the whole one.")
                    {
                        IsTransient = true,
                        RunId = run.Id,
                    };
                case RunEventKind.Ended:
                    var ended = next.Run!;
                    ThrowIfFailed(ended);
                    var last = Update(null, MessageId(ended));
                    last.FinishReason = Finish(ended);
                    if (Convert(ended.Usage) is { } usage)
                    {
                        last.Contents.Add(new UsageContent(usage));
                    }

                    yield return last;
                    break;
            }
        }

        static long Attempt(RunEvent next) => next.Sequence / RunEvent.AttemptSpan;

        ChatResponseUpdate Update(AIContent? content, string? messageId) => new(ChatRole.Assistant, content is null ? [] : [content])
        {
            ResponseId = run.Id,
            ConversationId = conversation,
            MessageId = messageId,
            ModelId = run.Model,
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("orleansai", defaultModelId: model)
        : serviceType.IsInstanceOfType(client) ? client
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
    }

    private TurnRequest Request(IEnumerable<ChatMessage> messages, ChatOptions? options, string? conversation, bool stream)
    {
        var all = messages.ToList();
        var isStateful = conversation is not null;
        var first = isStateful ? all.FindLastIndex(static message => message.Role == ChatRole.Assistant) + 1 : 0;
        var input = all.Skip(first).Where(message => !isStateful || message.Role != ChatRole.System).SelectMany(ChatMessageConversion.ToItems).ToList();
        if (input.Count == 0)
        {
            throw new OrleansAiException(ErrorCodes.InvalidRequest, "There is no new message to answer.") { Param = "messages" };
        }

        var system = isStateful ? all.FindLast(static message => message.Role == ChatRole.System)?.Text : null;
        return new TurnRequest
        {
            Kind = isStateful ? RunKind.Response : RunKind.ChatCompletion,
            Model = options?.ModelId ?? model,
            Input = input,
            Instructions = options?.Instructions ?? system,
            Stream = stream,
            Sampling = new Sampling
            {
                Temperature = options?.Temperature,
                TopP = options?.TopP,
                PresencePenalty = options?.PresencePenalty,
                FrequencyPenalty = options?.FrequencyPenalty,
                MaxOutputTokens = options?.MaxOutputTokens,
                Stop = options?.StopSequences is { Count: > 0 } stops ? [.. stops] : null,
                Seed = options?.Seed,
            },
            Options = new TurnOptions
            {
                Tools = ChatMessageConversion.Tools(options),
                ToolChoice = ChatMessageConversion.Choice(options),
                ParallelToolCalls = options?.AllowMultipleToolCalls,
                OutputFormat = ChatMessageConversion.Format(options),
                ReasoningEffort = options?.Reasoning?.Effort switch
                {
                    ReasoningEffort.None => "none",
                    ReasoningEffort.Low => "low",
                    ReasoningEffort.Medium => "medium",
                    ReasoningEffort.High => "high",
                    ReasoningEffort.ExtraHigh => "xhigh",
                    _ => null,
                },
            },
        };
    }

    private static string? MessageId(RunView run) =>
        run.Output.FirstOrDefault(static item => item.Kind == ItemKind.Message)?.Id ?? (run.Output.Count > 0 ? run.Output[0].Id : null);

    private static void ThrowIfFailed(RunView run)
    {
        if (run.Status is RunStatus.Failed or RunStatus.Cancelled)
        {
            throw new OrleansAiException(
                run.Error?.Code ?? ErrorCodes.Cancelled, run.Error?.Message ?? $"The run '{run.Id}' was cancelled.")
            {
                RunId = run.Id,
            };
        }
    }

    private static ChatFinishReason Finish(RunView run) => run.IncompleteReason switch
    {
        "max_output_tokens" => ChatFinishReason.Length,
        "content_filter" => ChatFinishReason.ContentFilter,
        _ => run.Output.Any(static item => item.Kind == ItemKind.FunctionCall) ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
    };

    private static UsageDetails? Convert(Usage? usage) => usage is null ? null : new UsageDetails
    {
        InputTokenCount = usage.InputTokens,
        OutputTokenCount = usage.OutputTokens,
        TotalTokenCount = usage.InputTokens + usage.OutputTokens,
        CachedInputTokenCount = usage.CachedTokens,
        ReasoningTokenCount = usage.ReasoningTokens,
    };
}
