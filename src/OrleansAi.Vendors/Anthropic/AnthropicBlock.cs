using System.Text;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Anthropic;

/// <summary>One content block, whole or in pieces.</summary>
internal sealed class AnthropicBlock
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _signature = new();
    private readonly string _vendor;
    private readonly string? _type;
    private readonly string? _id;
    private readonly string? _name;
    private readonly string? _data;
    private readonly string _input = "{}";
    private readonly int _call;
    private bool _isEnded;

    /// <summary>Begins a block.</summary>
    /// <param name="block">The block, or its beginning.</param>
    /// <param name="path">Where it is, for messages.</param>
    /// <param name="calls">How many function calls are before it.</param>
    /// <param name="vendor">The vendor's configured name.</param>
    /// <param name="pieces">Takes what can be handed over.</param>
    public AnthropicBlock(JsonElement block, string path, int calls, string vendor, List<ModelDelta> pieces)
    {
        (_vendor, _call) = (vendor, calls);
        _type = VendorErrors.Text(block, "type");
        switch (_type)
        {
            case "text":
                Grow(_text, block, "text", ModelDeltaKind.Text, pieces);
                break;
            case "thinking":
                Grow(_text, block, "thinking", ModelDeltaKind.Reasoning, pieces);
                _signature.Append(VendorErrors.Text(block, "signature"));
                break;
            case "redacted_thinking":
                _data = VendorErrors.Text(block, "data") ?? throw VendorErrors.Contract($"{path}.data is missing.");
                break;
            case "tool_use":
                _id = VendorErrors.Text(block, "id") ?? throw VendorErrors.Contract($"{path}.id is missing.");
                _name = VendorErrors.Text(block, "name") ?? throw VendorErrors.Contract($"{path}.name is missing.");
                if (block.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Object)
                {
                    _input = input.GetRawText();
                }

                pieces.Add(new ModelDelta { Kind = ModelDeltaKind.ToolCall, Index = _call, CallId = _id, Name = _name });
                break;
            default:
                // The vendor adds kinds of blocks without a new version of its API.
                break;
        }
    }

    public bool IsCall => _type == "tool_use";

    /// <summary>The answer's text; empty for other blocks.</summary>
    public string Text => _type == "text" ? _text.ToString() : "";

    /// <summary>What the model thought, or null.</summary>
    public ModelReasoning? Reasoning => _type switch
    {
        "thinking" when _text.Length + _signature.Length > 0 => new ModelReasoning
        {
            Kind = _type,
            Vendor = _vendor,
            Text = _text.ToString(),
            Opaque = _signature.Length > 0 ? _signature.ToString() : null,
        },
        "redacted_thinking" => new ModelReasoning { Kind = _type, Vendor = _vendor, Opaque = _data },
        _ => null,
    };

    /// <summary>The function call, or null.</summary>
    public ModelToolCall? Call => IsCall ? new ModelToolCall { Id = _id!, Name = _name!, Arguments = Arguments } : null;

    /// <summary>What came in pieces; a function without arguments has one empty piece or none.</summary>
    private string Arguments => _text.Length > 0 ? _text.ToString() : _input;

    /// <summary>Takes a piece in. One that does not go with the block, or is of a new kind, is left out.</summary>
    public void Add(JsonElement delta, List<ModelDelta> pieces)
    {
        switch (_type, VendorErrors.Text(delta, "type"))
        {
            case ("text", "text_delta"):
                Grow(_text, delta, "text", ModelDeltaKind.Text, pieces);
                break;
            case ("thinking", "thinking_delta"):
                Grow(_text, delta, "thinking", ModelDeltaKind.Reasoning, pieces);
                break;
            case ("thinking", "signature_delta"):
                _signature.Append(VendorErrors.Text(delta, "signature"));
                break;
            case ("tool_use", "input_json_delta"):
                Grow(_text, delta, "partial_json", ModelDeltaKind.ToolArguments, pieces);
                break;
            default:
                break;
        }
    }

    /// <summary>Ends the block: arguments that did not come in pieces are handed over whole.</summary>
    public void End(List<ModelDelta> pieces)
    {
        if (IsCall && !_isEnded && _text.Length == 0)
        {
            pieces.Add(new ModelDelta { Kind = ModelDeltaKind.ToolArguments, Index = _call, Text = _input });
        }

        _isEnded = true;
    }

    private void Grow(StringBuilder all, JsonElement parent, string name, ModelDeltaKind kind, List<ModelDelta> pieces)
    {
        if (VendorErrors.Text(parent, name) is { Length: > 0 } text)
        {
            all.Append(text);
            pieces.Add(new ModelDelta { Kind = kind, Text = text, Index = IsCall ? _call : 0 });
        }
    }
}
