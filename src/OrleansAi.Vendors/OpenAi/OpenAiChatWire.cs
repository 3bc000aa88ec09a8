using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>The parts of OpenAI's chat completion objects that we read; everything may be missing until it is checked.</summary>
internal sealed class ChatCompletionWire
{
    public string? Id { get; init; }

    public string? Model { get; init; }

    public ChoiceWire[]? Choices { get; init; }

    public UsageWire? Usage { get; init; }

    /// <summary>An error in the place of an answer, on HTTP 200 too; an object or a text.</summary>
    public JsonElement? Error { get; init; }
}

/// <summary>A choice: <see cref="Message"/> in an answer, <see cref="Delta"/> in a stream.</summary>
internal sealed class ChoiceWire
{
    public MessageWire? Message { get; init; }

    public MessageWire? Delta { get; init; }

    public string? FinishReason { get; init; }
}

/// <summary>A message or a part of one.</summary>
internal sealed class MessageWire
{
    public string? Content { get; init; }

    public string? Refusal { get; init; }
}

/// <summary>What was billed.</summary>
internal sealed class UsageWire
{
    public int? PromptTokens { get; init; }

    public int? CompletionTokens { get; init; }

    public TokenDetailsWire? PromptTokensDetails { get; init; }

    public TokenDetailsWire? CompletionTokensDetails { get; init; }
}

/// <summary>Parts of what was billed.</summary>
internal sealed class TokenDetailsWire
{
    public int? CachedTokens { get; init; }

    public int? ReasoningTokens { get; init; }
}

/// <summary>Source-generated JSON of the vendor's format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChatCompletionWire))]
internal sealed partial class OpenAiJson : JsonSerializerContext;
