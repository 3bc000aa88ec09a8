using System.Text.Json;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Anthropic;

/// <summary>
/// What was billed. A stream says it twice, and some backends only the second time; the numbers only grow, so the larger
/// one counts.
/// </summary>
internal sealed class AnthropicUsage
{
    private int? _input;
    private int? _output;
    private int _created;
    private int _read;
    private int _thinking;
    private bool _isSaid;

    /// <summary>Takes the member <c>usage</c> of a message or an event in.</summary>
    public void Add(JsonElement parent)
    {
        if (!parent.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        _isSaid = true;
        _input = Larger(_input, usage, "input_tokens");
        _output = Larger(_output, usage, "output_tokens");
        _created = Larger(_created, usage, "cache_creation_input_tokens") ?? 0;
        _read = Larger(_read, usage, "cache_read_input_tokens") ?? 0;
        if (usage.TryGetProperty("output_tokens_details", out var details) && details.ValueKind == JsonValueKind.Object)
        {
            _thinking = Larger(_thinking, details, "thinking_tokens") ?? 0;
        }
    }

    /// <summary>The bill; null when nothing was said.</summary>
    public Usage? ToUsage() => !_isSaid ? null : new Usage
    {
        // The vendor counts what it read from and wrote to its cache apart.
        InputTokens = (_input ?? throw VendorErrors.Contract("$.usage.input_tokens is missing.")) + _created + _read,
        OutputTokens = _output ?? throw VendorErrors.Contract("$.usage.output_tokens is missing."),
        CachedTokens = _read,
        ReasoningTokens = _thinking,
    };

    private static int? Larger(int? known, JsonElement usage, string name)
    {
        if (!usage.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return known;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0
            ? Math.Max(number, known ?? 0)
            : throw VendorErrors.Contract($"$.usage.{name} is not a number of tokens.");
    }
}
