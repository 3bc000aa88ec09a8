namespace OrleansAi.Contracts.Telemetry;

/// <summary>Every name under which the product can be observed, in one place.</summary>
public static class TelemetryNames
{
    /// <summary>The activity source and the meter.</summary>
    public const string Source = "OrleansAi";

    /// <summary>The run a span or a log line belongs to.</summary>
    public const string RunId = "orleansai.run.id";

    /// <summary>The stage of a span.</summary>
    public const string StageTag = "orleansai.stage";

    /// <summary>The silo that executed a step.</summary>
    public const string Silo = "orleansai.silo";

    /// <summary>The GenAI operation (OpenTelemetry GenAI conventions 1.41).</summary>
    public const string GenAiOperation = "gen_ai.operation.name";

    /// <summary>The GenAI provider (OpenTelemetry GenAI conventions 1.41).</summary>
    public const string GenAiProvider = "gen_ai.provider.name";

    /// <summary>The model asked for (OpenTelemetry GenAI conventions 1.41).</summary>
    public const string GenAiRequestModel = "gen_ai.request.model";

    /// <summary>The model that answered (OpenTelemetry GenAI conventions 1.41).</summary>
    public const string GenAiResponseModel = "gen_ai.response.model";

    /// <summary>The conversation (OpenTelemetry GenAI conventions 1.41).</summary>
    public const string GenAiConversationId = "gen_ai.conversation.id";

    /// <summary>Tokens read (OpenTelemetry GenAI conventions 1.41).</summary>
    public const string GenAiInputTokens = "gen_ai.usage.input_tokens";

    /// <summary>Tokens written (OpenTelemetry GenAI conventions 1.41).</summary>
    public const string GenAiOutputTokens = "gen_ai.usage.output_tokens";
}
