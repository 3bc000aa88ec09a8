using OrleansAi.OtlpReceiver.Messages;

namespace OrleansAi.OtlpReceiver;

/// <summary>The attributes of the GenAI conventions and the types of their values. What carries content is not among them.</summary>
public static class AttributeRule
{
    private const AnyValue.ValueOneofCase Text = AnyValue.ValueOneofCase.StringValue;
    private const AnyValue.ValueOneofCase Whole = AnyValue.ValueOneofCase.IntValue;
    private const AnyValue.ValueOneofCase Number = AnyValue.ValueOneofCase.DoubleValue;
    private const AnyValue.ValueOneofCase Flag = AnyValue.ValueOneofCase.BoolValue;
    private const AnyValue.ValueOneofCase Texts = AnyValue.ValueOneofCase.ArrayValue;

    private static readonly Dictionary<string, AnyValue.ValueOneofCase> Common = new(StringComparer.Ordinal)
    {
        ["gen_ai.operation.name"] = Text,
        ["gen_ai.provider.name"] = Text,
        ["gen_ai.conversation.id"] = Text,
        ["gen_ai.output.type"] = Text,
        ["gen_ai.prompt.name"] = Text,
        ["gen_ai.prompt.version"] = Text,
        ["gen_ai.request.model"] = Text,
        ["gen_ai.request.choice.count"] = Whole,
        ["gen_ai.request.seed"] = Whole,
        ["gen_ai.request.stream"] = Flag,
        ["gen_ai.request.max_tokens"] = Whole,
        ["gen_ai.request.temperature"] = Number,
        ["gen_ai.request.top_p"] = Number,
        ["gen_ai.request.frequency_penalty"] = Number,
        ["gen_ai.request.presence_penalty"] = Number,
        ["gen_ai.request.stop_sequences"] = Texts,
        ["gen_ai.request.encoding_formats"] = Texts,
        ["gen_ai.response.id"] = Text,
        ["gen_ai.response.model"] = Text,
        ["gen_ai.response.finish_reasons"] = Texts,
        ["gen_ai.response.time_to_first_chunk"] = Number,
        ["gen_ai.usage.input_tokens"] = Whole,
        ["gen_ai.usage.output_tokens"] = Whole,
        ["gen_ai.usage.cache_read.input_tokens"] = Whole,
        ["gen_ai.usage.reasoning.output_tokens"] = Whole,
        ["gen_ai.agent.name"] = Text,
        ["gen_ai.agent.id"] = Text,
        ["gen_ai.agent.version"] = Text,
        ["gen_ai.tool.name"] = Text,
        ["gen_ai.tool.type"] = Text,
        ["gen_ai.tool.description"] = Text,
        ["gen_ai.tool.call.id"] = Text,
        ["gen_ai.data_source.id"] = Text,
        ["gen_ai.embeddings.dimension.count"] = Whole,
        ["gen_ai.token.type"] = Text,
        ["gen_ai.evaluation.name"] = Text,
        ["gen_ai.evaluation.score.value"] = Number,
        ["gen_ai.evaluation.score.label"] = Text,
        ["gen_ai.evaluation.explanation"] = Text,
        ["openai.request.service_tier"] = Text,
        ["openai.response.service_tier"] = Text,
        ["openai.response.system_fingerprint"] = Text,
        ["openai.api.type"] = Text,
        ["server.address"] = Text,
        ["server.port"] = Whole,
        ["error.type"] = Text,
        ["http.response.status_code"] = Whole,
    };

    private static readonly Dictionary<string, AnyValue.ValueOneofCase> Only141 = new(StringComparer.Ordinal)
    {
        ["gen_ai.request.top_k"] = Whole,
    };

    private static readonly Dictionary<string, AnyValue.ValueOneofCase> OnlyLatest = new(StringComparer.Ordinal)
    {
        ["gen_ai.request.top_k"] = Whole,
        ["gen_ai.request.reasoning.level"] = Text,
        ["gen_ai.retrieval.top_k"] = Whole,
        ["gen_ai.response.status"] = Text,
    };

    /// <summary>What is wrong with an attribute of the product's own telemetry; null for nothing.</summary>
    public static string? Fault(KeyValue attribute, bool isLatest)
    {
        if (attribute.Key.StartsWith("orleansai.", StringComparison.Ordinal))
        {
            return attribute.Value.ValueCase == AnyValue.ValueOneofCase.None ? $"'{attribute.Key}' has no value" : null;
        }

        if (!Common.TryGetValue(attribute.Key, out var type)
            && !(isLatest ? OnlyLatest : Only141).TryGetValue(attribute.Key, out type))
        {
            return $"'{attribute.Key}' is no attribute of the conventions";
        }

        return attribute.Value.ValueCase == type ? null : $"'{attribute.Key}' is a {attribute.Value.ValueCase}, not a {type}";
    }
}
