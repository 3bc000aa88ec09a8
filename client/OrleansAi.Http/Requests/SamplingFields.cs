using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Requests;

/// <summary>The knobs of a model call, with the bounds of the OpenAI API.</summary>
internal static class SamplingFields
{
    private const int MostStops = 4;
    private const int LongestStop = 256;

    public static Sampling Read(JsonFields fields, string maxTokens, int leastTokens) => new()
    {
        Temperature = fields.Number("temperature", 0, 2),
        TopP = fields.Number("top_p", 0, 1),
        PresencePenalty = fields.Number("presence_penalty", -2, 2),
        FrequencyPenalty = fields.Number("frequency_penalty", -2, 2),
        MaxOutputTokens = fields.Integer(maxTokens, leastTokens),
    };

    /// <summary>The texts at which the model stops: one or a few; null for none.</summary>
    public static IReadOnlyList<string>? Stop(JsonFields fields)
    {
        if (fields.Any("stop") is not { } value)
        {
            return null;
        }

        IReadOnlyList<string> stops = value.ValueKind == System.Text.Json.JsonValueKind.String
            ? [JsonFields.ReadText(value, "stop")]
            : [.. fields.List("stop", MostStops).Select(static element => element.Value.ValueKind == System.Text.Json.JsonValueKind.String
                ? JsonFields.ReadText(element.Value, element.Name)
                : throw Invalid.Request($"'{element.Name}' must be a string.", "stop"))];
        if (stops.FirstOrDefault(static stop => stop.Length > LongestStop) is { } tooLong)
        {
            throw JsonFields.TooLong("stop", tooLong.Length, LongestStop);
        }

        return stops.All(static stop => stop.Length > 0)
            ? stops.Count > 0 ? stops : null
            : throw Invalid.Request($"'stop' must have texts of 1 to {LongestStop} characters.", "stop");
    }
}
