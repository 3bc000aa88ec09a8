using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Http.Runs;

/// <summary>The parameters of a run's model calls; those that were left to the vendor are left out.</summary>
internal static class ParametersWriter
{
    public static void Write(Utf8JsonWriter json, Sampling sampling, TurnOptions options)
    {
        json.WriteStartObject("parameters");
        Number("temperature", sampling.Temperature);
        Number("top_p", sampling.TopP);
        Number("presence_penalty", sampling.PresencePenalty);
        Number("frequency_penalty", sampling.FrequencyPenalty);
        Number("max_output_tokens", sampling.MaxOutputTokens);
        if (sampling.Seed is { } seed)
        {
            json.WriteNumber("seed", seed);
        }

        Number("max_tool_calls", options.MaxToolCalls);
        Texts("stop", sampling.Stop);
        Text("reasoning_effort", options.ReasoningEffort);
        Text("reasoning_summary", options.ReasoningSummary);
        Text("verbosity", options.Verbosity);
        Text("output_format", options.OutputFormat switch
        {
            null => null,
            { Schema: null } => "json_object",
            _ => "json_schema",
        });
        Texts("tools", options.Tools?.Select(static tool => tool.Name));
        Text("tool_choice", options.ToolChoice?.Mode switch
        {
            null => null,
            ToolChoiceMode.None => "none",
            ToolChoiceMode.Required => "required",
            ToolChoiceMode.Function => options.ToolChoice.Name,
            _ => "auto",
        });
        if (options.ParallelToolCalls is { } parallel)
        {
            json.WriteBoolean("parallel_tool_calls", parallel);
        }

        json.WriteEndObject();

        void Number(string name, double? value)
        {
            if (value is { } number)
            {
                json.WriteNumber(name, number);
            }
        }

        void Text(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }

        void Texts(string name, IEnumerable<string>? values)
        {
            if (values is null)
            {
                return;
            }

            json.WriteStartArray(name);
            foreach (var value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }
    }
}
