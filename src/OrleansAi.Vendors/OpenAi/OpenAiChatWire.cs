using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>What is read of a chat completion, or of a chunk of one. What is not read is the contract's business.</summary>
internal sealed class ChatCompletionWire
{
    public string? Id { get; init; }

    public string? Model { get; init; }

    public string? SystemFingerprint { get; init; }

    public ChoiceWire[]? Choices { get; init; }

    public UsageWire? Usage { get; init; }

    /// <summary>An error in the place of an answer, on HTTP 200 too; an object or a text.</summary>
    public JsonElement? Error { get; init; }
}

internal sealed class ChoiceWire
{
    public MessageWire? Message { get; init; }

    public MessageWire? Delta { get; init; }

    public string? FinishReason { get; init; }
}

internal sealed class MessageWire
{
    /// <summary>A text, or with some vendors a list of parts.</summary>
    [JsonConverter(typeof(ContentConverter))]
    public ContentWire? Content { get; init; }

    public string? Refusal { get; init; }

    public string? ReasoningContent { get; init; }

    [JsonConverter(typeof(CitationsConverter))]
    public Citations? Annotations { get; init; }

    public ToolCallWire[]? ToolCalls { get; init; }

    /// <summary>The one call of the format before tools.</summary>
    public FunctionWire? FunctionCall { get; init; }
}

internal sealed record ContentWire(string? Text, string? Thinking);

internal sealed class ToolCallWire
{
    public int? Index { get; init; }

    public string? Id { get; init; }

    public FunctionWire? Function { get; init; }
}

internal sealed class FunctionWire
{
    public string? Name { get; init; }

    /// <summary>A text, or with some vendors an object.</summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>The arguments as text; null for none.</summary>
    [JsonIgnore]
    public string? ArgumentsText => Arguments switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } value => value.GetRawText(),
    };
}

internal sealed class UsageWire
{
    public int? PromptTokens { get; init; }

    public int? CompletionTokens { get; init; }

    public TokenDetailsWire? PromptTokensDetails { get; init; }

    public TokenDetailsWire? CompletionTokensDetails { get; init; }

    /// <summary>DeepSeek's word for cached tokens.</summary>
    public int? PromptCacheHitTokens { get; init; }
}

internal sealed class TokenDetailsWire
{
    public int? CachedTokens { get; init; }

    public int? ReasoningTokens { get; init; }
}

/// <summary>Reads a content that is a text (as nearly always) or a list of parts (Mistral).</summary>
internal sealed class ContentConverter : JsonConverter<ContentWire>
{
    public override ContentWire? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new ContentWire(reader.GetString(), null);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("The content is neither a text nor a list of parts.");
        }

        var (text, thinking) = ("", (string?)null);
        foreach (var part in JsonElement.ParseValue(ref reader).EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("A part of the content is not an object.");
            }

            switch (Wire.VendorErrors.Text(part, "type"))
            {
                case "text":
                    text += Wire.VendorErrors.Text(part, "text");
                    break;
                case "thinking" when part.TryGetProperty("thinking", out var inner):
                    thinking += inner.ValueKind == JsonValueKind.Array
                        ? string.Concat(inner.EnumerateArray().Select(static one => Wire.VendorErrors.Text(one, "text")))
                        : inner.ToString();
                    break;
            }
        }

        return new ContentWire(text, thinking);
    }

    public override void Write(Utf8JsonWriter writer, ContentWire value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Answers are only read.");
}

/// <summary>The generated reader.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChatCompletionWire))]
internal sealed partial class OpenAiJson : JsonSerializerContext;
