using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansAi.Vendors.Ollama;

/// <summary>What is read of an answer, or of one line of a streamed one.</summary>
internal sealed class OllamaChatWire
{
    public string? Model { get; init; }

    public OllamaMessageWire? Message { get; init; }

    public bool Done { get; init; }

    public string? DoneReason { get; init; }

    public int? PromptEvalCount { get; init; }

    public int? EvalCount { get; init; }

    /// <summary>An error in the place of an answer.</summary>
    public string? Error { get; init; }
}

internal sealed class OllamaMessageWire
{
    public string? Content { get; init; }

    public string? Thinking { get; init; }

    public OllamaToolCallWire[]? ToolCalls { get; init; }
}

internal sealed class OllamaToolCallWire
{
    public string? Id { get; init; }

    public OllamaFunctionWire? Function { get; init; }
}

internal sealed class OllamaFunctionWire
{
    public string? Name { get; init; }

    public JsonElement? Arguments { get; init; }
}

/// <summary>The generated reader.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OllamaChatWire))]
internal sealed partial class OllamaJson : JsonSerializerContext;
