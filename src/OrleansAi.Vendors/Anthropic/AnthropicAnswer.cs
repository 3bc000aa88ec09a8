using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Anthropic;

/// <summary>Gathers and checks an answer, whole or in pieces.</summary>
/// <param name="vendor">The vendor's configured name.</param>
/// <param name="requestId">The vendor's own id of the request, from the headers.</param>
internal sealed class AnthropicAnswer(string vendor, string? requestId)
{
    private readonly SortedDictionary<int, AnthropicBlock> _blocks = [];
    private readonly AnthropicUsage _usage = new();
    private readonly List<string> _notes = [];
    private string? _model;
    private string? _id;
    private string? _stop;
    private string? _refusal;
    private int _calls;

    /// <summary>True once the stream's terminal event has come.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>A whole answer.</summary>
    /// <exception cref="VendorException">It is an error, or not as the contract says.</exception>
    public static VendorAnswer Of(JsonElement message, string vendor, string? requestId)
    {
        if (AnthropicErrors.IsError(message))
        {
            throw AnthropicErrors.InBody(message);
        }

        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Array)
        {
            throw VendorErrors.Contract("$.content is missing.");
        }

        var answer = new AnthropicAnswer(vendor, requestId);
        var pieces = new List<ModelDelta>();
        answer.Begin(message);
        foreach (var block in content.EnumerateArray())
        {
            answer.Begin(answer._blocks.Count, block, pieces);
        }

        answer.Stop(message, pieces);
        answer.IsComplete = true;
        return answer.Finish();
    }

    /// <summary>Takes an event of a stream in, and adds to <paramref name="pieces"/> what can be handed over.</summary>
    /// <exception cref="VendorException">It is an error, or not as the contract says.</exception>
    public void Add(JsonElement data, List<ModelDelta> pieces)
    {
        switch (VendorErrors.Text(data, "type"))
        {
            case "message_start":
                Begin(Member(data, "message"));
                break;
            case "content_block_start":
                Begin(Index(data), Member(data, "content_block"), pieces);
                break;
            case "content_block_delta":
                Block(data).Add(Member(data, "delta"), pieces);
                break;
            case "content_block_stop":
                Block(data).End(pieces);
                break;
            case "message_delta":
                _usage.Add(data);
                Stop(Member(data, "delta"), pieces);
                break;
            case "message_stop":
                EndBlocks(pieces);
                IsComplete = true;
                break;
            case "error":
                throw AnthropicErrors.InBody(data);
            default:
                if (AnthropicErrors.IsError(data))
                {
                    throw AnthropicErrors.InBody(data);
                }

                break;
        }
    }

    /// <summary>The answer, once the stream has ended.</summary>
    /// <exception cref="VendorException">The terminal event has not come, or the answer is not as the contract says.</exception>
    public VendorAnswer Finish()
    {
        if (!IsComplete)
        {
            throw VendorErrors.Cut();
        }

        var finish = FinishReason();
        return new VendorAnswer(string.Concat(_blocks.Values.Select(static block => block.Text)), _refusal, finish)
        {
            Usage = _usage.ToUsage(),
            ServedModel = _model,
            RequestId = requestId ?? _id,
            ToolCalls = [.. _blocks.Values.Select(static block => block.Call).OfType<ModelToolCall>()],
            Reasoning = [.. _blocks.Values.Select(static block => block.Reasoning).OfType<ModelReasoning>()],
            Notes = _notes,
        };
    }

    private FinishReason FinishReason()
    {
        switch (_stop)
        {
            case "tool_use" when _calls == 0:
                throw VendorErrors.Contract("the stop reason is 'tool_use', and there is no block of that kind.");
            case "tool_use":
                return Contracts.Models.FinishReason.ToolCalls;
            case "end_turn" or "stop_sequence" when _calls > 0:
                return Noted(Contracts.Models.FinishReason.ToolCalls, $"The stop reason was '{_stop}' beside function calls.");
            case "end_turn" or "stop_sequence":
                return Contracts.Models.FinishReason.Stop;
            case "pause_turn":
                return Noted(Contracts.Models.FinishReason.Stop, "The vendor paused a long turn (pause_turn).");
            case "max_tokens":
                return Contracts.Models.FinishReason.Length;
            case "model_context_window_exceeded":
                return Noted(Contracts.Models.FinishReason.Length, "The model's context was full (model_context_window_exceeded).");
            case "refusal":
                return Contracts.Models.FinishReason.Refusal;
            case null or "":
                throw VendorErrors.Contract("the stop reason is missing.");
            default:
                throw VendorErrors.Contract($"the stop reason '{VendorErrors.Short(_stop)}' is not known.");
        }
    }

    private FinishReason Noted(FinishReason reason, string note)
    {
        _notes.Add(note);
        return reason;
    }

    private void Begin(JsonElement message)
    {
        _model = VendorErrors.Text(message, "model") ?? _model;
        _id = VendorErrors.Text(message, "id") ?? _id;
        _usage.Add(message);
    }

    private void Begin(int index, JsonElement content, List<ModelDelta> pieces)
    {
        var block = new AnthropicBlock(content, $"$.content[{index}]", _calls, vendor, pieces);
        if (!_blocks.TryAdd(index, block))
        {
            throw VendorErrors.Contract($"the content block {index} began twice.");
        }

        _calls += block.IsCall ? 1 : 0;
    }

    private void Stop(JsonElement parent, List<ModelDelta> pieces)
    {
        _stop = VendorErrors.Text(parent, "stop_reason") ?? _stop;
        if (_stop != "refusal" || _refusal is not null)
        {
            return;
        }

        var details = parent.TryGetProperty("stop_details", out var value) ? value : default;
        var category = VendorErrors.Text(details, "category");
        _refusal = VendorErrors.Text(details, "explanation")
            ?? (category is null ? "The vendor refused to answer." : $"The vendor refused to answer ({category}).");
        pieces.Add(new ModelDelta { Kind = ModelDeltaKind.Refusal, Text = _refusal });
    }

    private void EndBlocks(List<ModelDelta> pieces)
    {
        foreach (var block in _blocks.Values)
        {
            block.End(pieces);
        }
    }

    private AnthropicBlock Block(JsonElement data)
    {
        var index = Index(data);
        return _blocks.GetValueOrDefault(index) ?? throw VendorErrors.Contract($"the content block {index} has not begun.");
    }

    private static int Index(JsonElement data) =>
        data.TryGetProperty("index", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index)
            ? index
            : throw VendorErrors.Contract("$.index of a content block is missing.");

    private static JsonElement Member(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw VendorErrors.Contract($"$.{name} is missing.");
}
