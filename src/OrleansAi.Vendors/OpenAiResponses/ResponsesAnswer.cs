using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.OpenAi;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAiResponses;

/// <summary>Reads a response, whole or at the end of its stream, and tells the pieces of the stream as they come.</summary>
/// <param name="vendor">The vendor's configured name: its thoughts go back to it alone.</param>
internal sealed class ResponsesAnswer(string vendor)
{
    private readonly Dictionary<int, int> _places = [];
    private ResponseWire? _final;
    private bool _hasMessage;

    /// <summary>True when the terminal event has come.</summary>
    public bool HasEnded => _final is not null;

    /// <summary>A whole response.</summary>
    /// <exception cref="VendorException">It failed, or is not as the contract says.</exception>
    public static VendorAnswer Of(ResponseWire response, string vendor, string? requestId)
    {
        if (response.Error is { ValueKind: not JsonValueKind.Null } error)
        {
            throw OpenAiErrors.InBody(error);
        }

        if (response.Output is not { } output)
        {
            throw VendorErrors.Contract("$.output is missing.");
        }

        var messages = new ResponsesMessages();
        var calls = new List<ModelToolCall>();
        var thoughts = new List<ModelReasoning>();
        foreach (var item in output)
        {
            switch (item.Type)
            {
                case "message":
                    messages.Add(item, calls.Count);
                    break;
                case "function_call":
                    calls.Add(Call(item));
                    break;
                case ResponsesItems.Reasoning:
                    thoughts.Add(new ModelReasoning
                    {
                        Vendor = vendor,
                        Kind = ResponsesItems.Reasoning,
                        Id = item.Id,
                        Text = string.Join("\n\n", (item.Summary ?? []).Select(static part => part.Text)),
                        Opaque = item.EncryptedContent,
                    });
                    break;
            }
        }

        return new VendorAnswer(messages.Text, messages.Refusal, Finish(response, calls.Count))
        {
            Messages = messages.ToList(),
            Notes = messages.Notes,
            Usage = Convert(response.Usage),
            ServedModel = response.Model,
            RequestId = requestId ?? response.Id,
            ToolCalls = calls,
            Reasoning = thoughts,
        };
    }

    /// <summary>Takes an event in.</summary>
    public void Add(ResponsesEventWire next, JsonElement? raw, List<ModelDelta> deltas)
    {
        switch (next.Type)
        {
            case "response.output_text.delta":
                Tell(ModelDeltaKind.Text);
                break;
            case "response.refusal.delta":
                Tell(ModelDeltaKind.Refusal);
                break;
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                Tell(ModelDeltaKind.Reasoning);
                break;
            case "response.output_item.added" when next.Item is { Type: "function_call" } item:
                _places[next.OutputIndex] = _places.Count;
                deltas.Add(new ModelDelta
                {
                    Kind = ModelDeltaKind.ToolCall,
                    Index = _places[next.OutputIndex],
                    CallId = item.CallId,
                    Name = item.Name,
                });
                break;
            case "response.output_item.added" when next.Item is { Type: "message" } message:
                var phase = ResponsesMessages.Phase(message);
                if (_hasMessage || phase is not null)
                {
                    deltas.Add(new ModelDelta { Kind = ModelDeltaKind.Message, Text = phase ?? "" });
                }

                _hasMessage = true;
                break;
            case "response.output_item.done" when next.Item is { Type: "message" } message:
                if (ResponsesMessages.Annotations(message) is { } annotations)
                {
                    deltas.Add(new ModelDelta { Kind = ModelDeltaKind.Annotations, Text = annotations });
                }

                break;
            case "response.function_call_arguments.delta":
                Tell(ModelDeltaKind.ToolArguments, _places.GetValueOrDefault(next.OutputIndex));
                break;
            case "response.completed" or "response.incomplete" or "response.failed" or "response.cancelled":
                _final = next.Response ?? throw VendorErrors.Contract("$.response of the terminal event is missing.");
                break;
            case "error":
                throw raw is { } error
                    ? OpenAiErrors.InBody(error.TryGetProperty("error", out var inner) ? inner : error)
                    : VendorErrors.InBody(null, "no message");
        }

        void Tell(ModelDeltaKind kind, int index = 0)
        {
            if (next.Delta is { ValueKind: JsonValueKind.String } delta && delta.GetString() is { Length: > 0 } text)
            {
                deltas.Add(new ModelDelta { Kind = kind, Index = index, Text = text });
            }
        }
    }

    /// <summary>The answer, once the stream has ended.</summary>
    /// <exception cref="VendorException">The terminal event has not come, or says that it failed.</exception>
    public VendorAnswer Finish(string? requestId) => Of(_final ?? throw VendorErrors.Cut(), vendor, requestId);

    private static ModelToolCall Call(OutputItemWire item) => new()
    {
        Id = item.CallId ?? throw VendorErrors.Contract("$.output[].call_id is missing."),
        Name = item.Name ?? throw VendorErrors.Contract("$.output[].name is missing."),
        Arguments = string.IsNullOrEmpty(item.Arguments) ? "{}" : item.Arguments,
    };

    private static FinishReason Finish(ResponseWire response, int calls) => (response.Status, response.IncompleteDetails?.Reason) switch
    {
        ("completed", _) => calls > 0 ? FinishReason.ToolCalls : FinishReason.Stop,
        ("incomplete", "max_output_tokens") => FinishReason.Length,
        ("incomplete", "content_filter") => FinishReason.ContentFilter,
        ("incomplete", var reason) => throw VendorErrors.Contract($"the response is incomplete for the unknown reason '{VendorErrors.Short(reason ?? "")}'."),
        ("failed" or "cancelled", _) => throw VendorErrors.InBody(null, $"the response is {response.Status}"),
        var (status, _) => throw VendorErrors.Contract($"the status is '{VendorErrors.Short(status ?? "")}'; expected are completed and incomplete."),
    };

    private static Usage? Convert(ResponsesUsageWire? usage) => usage is null
        ? null
        : usage is { InputTokens: >= 0 and var input, OutputTokens: >= 0 and var output }
            ? new Usage
            {
                InputTokens = input,
                OutputTokens = output,
                CachedTokens = usage.InputTokensDetails?.CachedTokens ?? 0,
                ReasoningTokens = usage.OutputTokensDetails?.ReasoningTokens ?? 0,
            }
            : throw VendorErrors.Contract("$.usage has no input_tokens or no output_tokens.");
}
