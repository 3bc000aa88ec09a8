namespace OrleansAi.Contracts.Telemetry;

/// <summary>Every name under which the product can be observed, in one place.</summary>
public static class TelemetryNames
{
    /// <summary>The activity source and the meter.</summary>
    public const string Source = "OrleansAi";

    /// <summary>The category of events that telemetry alone takes: a console would be full of them.</summary>
    public const string Events = "OrleansAi.Events";

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

    /// <summary>The part of the tokens read that came from a cache (OpenTelemetry GenAI conventions 1.41).</summary>
    public const string GenAiCachedTokens = "gen_ai.usage.cache_read.input_tokens";

    /// <summary>The part of the tokens written that was reasoning (OpenTelemetry GenAI conventions 1.41).</summary>
    public const string GenAiReasoningTokens = "gen_ai.usage.reasoning.output_tokens";

    /// <summary>What is searched (OpenTelemetry GenAI conventions 1.41).</summary>
    public const string GenAiDataSourceId = "gen_ai.data_source.id";

    /// <summary>The code of what went wrong.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Which try at its answer a run is in; 1 unless it was recovered.</summary>
    public const string Attempt = "orleansai.run.attempt";

    /// <summary>The route that was asked for.</summary>
    public const string Route = "orleansai.route";

    /// <summary>The vendor's configured name.</summary>
    public const string Vendor = "orleansai.vendor";

    /// <summary>The hash of what went into a step, as the run's record has it.</summary>
    public const string InputHash = "orleansai.step.input_hash";

    /// <summary>The version of a collection that answered.</summary>
    public const string CollectionVersion = "orleansai.collection.version";
}
