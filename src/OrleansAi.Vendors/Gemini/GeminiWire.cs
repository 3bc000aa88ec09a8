using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansAi.Vendors.Gemini;

/// <summary>The parts of a generateContent answer that we read; everything may be missing until it is checked.</summary>
internal sealed class GeminiResponseWire
{
    public GeminiCandidateWire[]? Candidates { get; init; }

    public GeminiFeedbackWire? PromptFeedback { get; init; }

    public GeminiUsageWire? UsageMetadata { get; init; }

    public string? ModelVersion { get; init; }

    public string? ResponseId { get; init; }

    /// <summary>An error in the place of an answer, on HTTP 200 too.</summary>
    public JsonElement? Error { get; init; }
}

/// <summary>One of the answers; we ask for one.</summary>
internal sealed class GeminiCandidateWire
{
    public GeminiContentWire? Content { get; init; }

    public string? FinishReason { get; init; }
}

/// <summary>What the model said.</summary>
internal sealed class GeminiContentWire
{
    public GeminiPartWire[]? Parts { get; init; }
}

/// <summary>A piece of text, of thoughts, or a function call.</summary>
internal sealed class GeminiPartWire
{
    public string? Text { get; init; }

    public bool? Thought { get; init; }

    public string? ThoughtSignature { get; init; }

    public GeminiCallWire? FunctionCall { get; init; }
}

/// <summary>A function call.</summary>
internal sealed class GeminiCallWire
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public JsonElement? Args { get; init; }
}

/// <summary>Why the prompt was not taken.</summary>
internal sealed class GeminiFeedbackWire
{
    public string? BlockReason { get; init; }
}

/// <summary>What was billed. A number that is zero is left out.</summary>
internal sealed class GeminiUsageWire
{
    public int? PromptTokenCount { get; init; }

    public int? ToolUsePromptTokenCount { get; init; }

    public int? CachedContentTokenCount { get; init; }

    public int? CandidatesTokenCount { get; init; }

    public int? ThoughtsTokenCount { get; init; }
}

/// <summary>Source-generated JSON of the vendor's format. Its numbers may be written as texts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(GeminiResponseWire))]
internal sealed partial class GeminiJson : JsonSerializerContext;
