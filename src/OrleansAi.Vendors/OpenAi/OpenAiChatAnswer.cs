using System.Text;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>Gathers and checks an answer, whole or in pieces.</summary>
internal sealed class OpenAiChatAnswer
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _refusal = new();
    private string? _model;
    private string? _finish;
    private string? _id;
    private Usage? _usage;

    /// <summary>The vendor's own id of the request.</summary>
    public string? RequestId { get; set; }

    /// <summary>A whole answer.</summary>
    /// <exception cref="VendorException">It is not as the contract says.</exception>
    public static VendorAnswer Of(ChatCompletionWire completion, string? requestId)
    {
        Refuse(completion);
        if (completion.Choices is not [var choice, ..])
        {
            throw VendorErrors.Contract("$.choices has no element.");
        }

        if (choice.Message is not { } message)
        {
            throw VendorErrors.Contract("$.choices[0].message is missing.");
        }

        if (message.Content is null && message.Refusal is null)
        {
            throw VendorErrors.Contract("$.choices[0].message has neither content nor refusal.");
        }

        return new VendorAnswer(message.Content ?? "", message.Refusal, Finish(choice.FinishReason))
        {
            Usage = Convert(completion.Usage),
            ServedModel = completion.Model,
            RequestId = requestId ?? completion.Id,
        };
    }

    /// <summary>Takes a piece of a stream in and returns its text.</summary>
    public string? Add(ChatCompletionWire chunk)
    {
        Refuse(chunk);
        _model ??= chunk.Model;
        _id ??= chunk.Id;
        _usage = Convert(chunk.Usage) ?? _usage;

        // The last chunk has only the usage, and some vendors' first one only their filter's verdict.
        if (chunk.Choices is not [var choice, ..])
        {
            return null;
        }

        if (choice.FinishReason is { Length: > 0 } finish)
        {
            _finish = finish;
        }

        _refusal.Append(choice.Delta?.Refusal);
        _text.Append(choice.Delta?.Content);
        return choice.Delta?.Content;
    }

    /// <summary>The answer, once the stream has ended.</summary>
    /// <exception cref="VendorException">The terminal event has not come.</exception>
    public VendorAnswer Finish() => _finish is null
        ? throw VendorErrors.Cut()
        : new VendorAnswer(_text.ToString(), _refusal.Length > 0 ? _refusal.ToString() : null, Finish(_finish))
        {
            Usage = _usage,
            ServedModel = _model,
            RequestId = RequestId ?? _id,
        };

    private static void Refuse(ChatCompletionWire completion)
    {
        if (completion.Error is { ValueKind: not System.Text.Json.JsonValueKind.Null } error)
        {
            throw OpenAiErrors.InBody(error);
        }
    }

    private static FinishReason Finish(string? reason) => reason switch
    {
        "stop" => FinishReason.Stop,
        "length" => FinishReason.Length,
        "content_filter" => FinishReason.ContentFilter,
        _ => throw VendorErrors.Contract($"the finish reason is '{reason}'; expected are stop, length and content_filter."),
    };

    private static Usage? Convert(UsageWire? usage) => usage is null
        ? null
        : usage is { PromptTokens: >= 0 and var input, CompletionTokens: >= 0 and var output }
            ? new Usage
            {
                InputTokens = input,
                OutputTokens = output,
                CachedTokens = usage.PromptTokensDetails?.CachedTokens ?? 0,
                ReasoningTokens = usage.CompletionTokensDetails?.ReasoningTokens ?? 0,
            }
            : throw VendorErrors.Contract("$.usage has no prompt_tokens or no completion_tokens.");
}
