using OrleansAi.Contracts.Runs;

namespace OrleansAi.Http.Requests;

/// <summary>The knobs of a model call, with the bounds of the OpenAI API.</summary>
internal static class SamplingFields
{
    public static Sampling Read(JsonFields fields, string maxTokens, int leastTokens) => new()
    {
        Temperature = fields.Number("temperature", 0, 2),
        TopP = fields.Number("top_p", 0, 1),
        PresencePenalty = fields.Number("presence_penalty", -2, 2),
        FrequencyPenalty = fields.Number("frequency_penalty", -2, 2),
        MaxOutputTokens = fields.Integer(maxTokens, leastTokens),
    };
}
