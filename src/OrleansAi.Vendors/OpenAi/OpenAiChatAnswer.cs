using System.Text;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>Puts a chat completion together, whole or from its chunks, and says it in no vendor's own words.</summary>
/// <param name="vendor">The vendor's configured name: its reasoning goes back to it alone.</param>
internal sealed class OpenAiChatAnswer(string vendor)
{
    private readonly StringBuilder _text = new();
    private StringBuilder? _refusal;
    private StringBuilder? _reasoning;
    private OpenAiToolCalls? _calls;
    private string? _annotations;
    private string? _leftOut;
    private string? _model;
    private string? _fingerprint;
    private string? _finish;
    private string? _id;
    private Usage? _usage;

    /// <summary>The vendor's own id of the request.</summary>
    public string? RequestId { get; set; }

    /// <summary>A whole answer.</summary>
    /// <exception cref="VendorException">It is not as the contract says.</exception>
    public static VendorAnswer Of(ChatCompletionWire completion, string vendor, string? requestId)
    {
        var answer = new OpenAiChatAnswer(vendor) { RequestId = requestId };
        answer.Refuse(completion);
        if (completion.Choices is not [var choice, ..])
        {
            throw VendorErrors.Contract("$.choices has no element.");
        }

        if (choice.Message is not { } message)
        {
            throw VendorErrors.Contract("$.choices[0].message is missing.");
        }

        if (message is { Content: null, Refusal: null, ToolCalls: null, FunctionCall: null })
        {
            throw VendorErrors.Contract("$.choices[0].message has neither content nor refusal.");
        }

        answer.Take(completion);
        answer._finish = choice.FinishReason;
        answer.Add(message, deltas: null);
        return answer.ToAnswer();
    }

    /// <summary>Takes a piece of a stream in.</summary>
    /// <param name="chunk">The piece.</param>
    /// <param name="deltas">Where everything but text is told.</param>
    /// <returns>Its text.</returns>
    public string? Add(ChatCompletionWire chunk, List<ModelDelta> deltas)
    {
        Refuse(chunk);
        Take(chunk);

        // The last chunk has only the usage, and some vendors' first one only their filter's verdict.
        if (chunk.Choices is not [var choice, ..])
        {
            return null;
        }

        // Some say "" where others say null: it is not the end.
        if (choice.FinishReason is { Length: > 0 } finish)
        {
            _finish = finish;
        }

        if (choice.Delta is not { } delta)
        {
            return null;
        }

        Add(delta, deltas);
        return delta.Content?.Text;
    }

    /// <summary>The answer, once the stream has ended.</summary>
    /// <param name="isDone">Whether the vendor said that nothing follows.</param>
    /// <exception cref="VendorException">The terminal event has not come.</exception>
    public VendorAnswer Finish(bool isDone)
    {
        if (_finish is null)
        {
            throw VendorErrors.Cut();
        }

        var answer = ToAnswer();
        return isDone ? answer : answer with { Notes = [.. answer.Notes, "The stream ended without [DONE], after its finish reason."] };
    }

    private void Take(ChatCompletionWire wire)
    {
        _model ??= wire.Model;
        _id ??= wire.Id;
        _fingerprint ??= wire.SystemFingerprint;
        _usage = Convert(wire.Usage) ?? _usage;
    }

    private void Add(MessageWire message, List<ModelDelta>? deltas)
    {
        _text.Append(message.Content?.Text);
        if ((message.ReasoningContent ?? message.Content?.Thinking) is { Length: > 0 } thought)
        {
            (_reasoning ??= new()).Append(thought);
            deltas?.Add(new ModelDelta { Kind = ModelDeltaKind.Reasoning, Text = thought });
        }

        if (message.Refusal is { Length: > 0 } refusal)
        {
            (_refusal ??= new()).Append(refusal);
            deltas?.Add(new ModelDelta { Kind = ModelDeltaKind.Refusal, Text = refusal });
        }

        if (message.Annotations is { } annotations)
        {
            Add(annotations, deltas);
        }

        foreach (var call in message.ToolCalls ?? [])
        {
            (_calls ??= new()).Add(call, deltas);
        }

        if (message.FunctionCall is { } function)
        {
            (_calls ??= new()).Add(new ToolCallWire { Index = 0, Function = function }, deltas);
        }
    }

    private void Add(Citations annotations, List<ModelDelta>? deltas)
    {
        _leftOut ??= annotations.LeftOut;
        if (annotations.Json is { } json)
        {
            _annotations = _annotations is null ? json : $"{_annotations[..^1]},{json[1..]}";
            deltas?.Add(new ModelDelta { Kind = ModelDeltaKind.Annotations, Text = json });
        }
    }

    private VendorAnswer ToAnswer()
    {
        var calls = _calls?.ToCalls(_id ?? RequestId ?? "0") ?? [];
        var notes = _calls?.Notes ?? [];
        if (_leftOut is not null)
        {
            notes.Add($"Annotations of the kind '{VendorErrors.Short(_leftOut)}' were left out.");
        }

        var finish = Finish(_finish, calls.Count, notes);
        if (_text.Length == 0 && _refusal is null && calls.Count == 0 && _usage is null && finish == FinishReason.Stop)
        {
            throw VendorErrors.Of(
                VendorFault.Cut, "The vendor's answer is empty and says nothing of its usage: a stop that somebody on the way made up.", 200, null);
        }

        return new VendorAnswer(_text.ToString(), _refusal?.ToString(), finish)
        {
            Usage = _usage,
            ServedModel = _model,
            Fingerprint = _fingerprint,
            RequestId = RequestId ?? _id,
            Messages = _annotations is null ? null : [new ModelOutputMessage { Length = _text.Length, Annotations = _annotations }],
            ToolCalls = calls,
            Reasoning = _reasoning?.ToString() is not { } thought ? [] :
            [
                new ModelReasoning { Vendor = vendor, Kind = OpenAiChatMessages.ReasoningContent, Text = thought, Opaque = thought },
            ],
            Notes = notes,
        };
    }

    private void Refuse(ChatCompletionWire completion)
    {
        if (completion.Error is { ValueKind: not JsonValueKind.Null } error)
        {
            throw OpenAiErrors.InBody(error);
        }
    }

    private static FinishReason Finish(string? reason, int calls, List<string> notes)
    {
        switch (reason)
        {
            case "stop" when calls > 0:
                notes.Add("The finish reason was 'stop' beside function calls.");
                return FinishReason.ToolCalls;
            case "stop":
                return FinishReason.Stop;
            case "tool_calls" or "function_call":
                return calls > 0 ? FinishReason.ToolCalls : FinishReason.Stop;
            case "length" or "model_length":
                return FinishReason.Length;
            case "content_filter":
                return FinishReason.ContentFilter;
            case "insufficient_system_resource":
                throw VendorErrors.Of(VendorFault.Overloaded, "The vendor stopped for want of resources (insufficient_system_resource).", 200, null);
            default:
                throw VendorErrors.Contract($"the finish reason is '{VendorErrors.Short(reason ?? "")}'; expected are stop, length, tool_calls and content_filter.");
        }
    }

    private static Usage? Convert(UsageWire? usage) => usage is null
        ? null
        : usage is { PromptTokens: >= 0 and var input, CompletionTokens: >= 0 and var output }
            ? new Usage
            {
                InputTokens = input,
                OutputTokens = output,
                CachedTokens = usage.PromptTokensDetails?.CachedTokens ?? usage.PromptCacheHitTokens ?? 0,
                ReasoningTokens = usage.CompletionTokensDetails?.ReasoningTokens ?? 0,
            }
            : throw VendorErrors.Contract("$.usage has no prompt_tokens or no completion_tokens.");
}
