using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Vendors.OpenAi;

namespace OrleansAi.Vendors.OpenAiResponses;

/// <summary>What is read of a stream event. What is not read is the contract's business.</summary>
internal sealed class ResponsesEventWire
{
    public string? Type { get; init; }

    public ResponseWire? Response { get; init; }

    public int OutputIndex { get; init; }

    public OutputItemWire? Item { get; init; }

    /// <summary>A piece of text; not a text in the events of some hosted tools.</summary>
    public JsonElement? Delta { get; init; }
}

/// <summary>What is read of a response.</summary>
internal sealed class ResponseWire
{
    public string? Id { get; init; }

    public string? Model { get; init; }

    public string? Status { get; init; }

    public JsonElement? Error { get; init; }

    public IncompleteWire? IncompleteDetails { get; init; }

    public OutputItemWire[]? Output { get; init; }

    public ResponsesUsageWire? Usage { get; init; }
}

internal sealed class IncompleteWire
{
    public string? Reason { get; init; }
}

internal sealed class OutputItemWire
{
    public string? Type { get; init; }

    public string? Id { get; init; }

    public string? Phase { get; init; }

    public OutputPartWire[]? Content { get; init; }

    public string? CallId { get; init; }

    public string? Name { get; init; }

    public string? Arguments { get; init; }

    public OutputPartWire[]? Summary { get; init; }

    public string? EncryptedContent { get; init; }
}

internal sealed class OutputPartWire
{
    public string? Type { get; init; }

    public string? Text { get; init; }

    public string? Refusal { get; init; }

    [JsonConverter(typeof(CitationsConverter))]
    public Citations? Annotations { get; init; }
}

internal sealed class ResponsesUsageWire
{
    public int? InputTokens { get; init; }

    public int? OutputTokens { get; init; }

    public ResponsesTokensWire? InputTokensDetails { get; init; }

    public ResponsesTokensWire? OutputTokensDetails { get; init; }
}

internal sealed class ResponsesTokensWire
{
    public int? CachedTokens { get; init; }

    public int? ReasoningTokens { get; init; }
}

/// <summary>The generated reader.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ResponsesEventWire))]
[JsonSerializable(typeof(ResponseWire))]
internal sealed partial class ResponsesJson : JsonSerializerContext;
