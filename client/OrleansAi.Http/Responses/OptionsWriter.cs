using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Http.Responses;

/// <summary>What was asked of a turn, as its response tells it.</summary>
internal static class OptionsWriter
{
    public static void Write(Utf8JsonWriter json, TurnOptions options)
    {
        // Vendors call several functions at a time unless they are told otherwise.
        json.WriteBoolean("parallel_tool_calls", options.ParallelToolCalls ?? true);
        json.WritePropertyName("tool_choice");
        WriteChoice(json, options.ToolChoice);
        json.WriteStartArray("tools");
        foreach (var tool in options.Tools ?? [])
        {
            WriteTool(json, tool);
        }

        if (options.FileSearch is { } search)
        {
            FileSearchWriter.WriteTool(json, search);
        }

        json.WriteEndArray();
        WriteText(json, options);
        if (options.ReasoningEffort is null && options.ReasoningSummary is null)
        {
            json.WriteNull("reasoning");
        }
        else
        {
            json.WriteStartObject("reasoning");
            json.WriteString("effort", options.ReasoningEffort);
            json.WriteString("summary", options.ReasoningSummary);
            json.WriteEndObject();
        }

        json.WriteString("truncation", options.RefuseTruncation ? "disabled" : "auto");
        json.WriteBoolean("store", !options.Forget);
        json.WriteString("safety_identifier", options.SafetyIdentifier);
        json.WriteString("prompt_cache_key", options.PromptCacheKey);
    }

    private static void WriteTool(Utf8JsonWriter json, ModelTool tool)
    {
        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteString("name", tool.Name);
        json.WriteString("description", tool.Description);
        if (tool.Parameters is { } parameters)
        {
            json.WritePropertyName("parameters");
            JsonText.WriteCompact(json, parameters);
        }
        else
        {
            json.WriteNull("parameters");
        }

        json.WriteBoolean("strict", tool.Strict);
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, ModelToolChoice? choice)
    {
        if (choice is { Allowed: { } allowed })
        {
            json.WriteStartObject();
            json.WriteString("type", "allowed_tools");
            json.WriteString("mode", ModeName(choice.Mode));
            json.WriteStartArray("tools");
            foreach (var name in allowed)
            {
                WriteFunction(json, name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
        else if (choice is { Mode: ToolChoiceMode.Function, Name: { } name })
        {
            WriteFunction(json, name);
        }
        else if (choice is { Mode: ToolChoiceMode.Required, Name: { } hosted })
        {
            json.WriteStartObject();
            json.WriteString("type", hosted);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStringValue(ModeName(choice?.Mode ?? ToolChoiceMode.Auto));
        }
    }

    private static void WriteFunction(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteString("name", name);
        json.WriteEndObject();
    }

    private static string ModeName(ToolChoiceMode mode) => mode switch
    {
        ToolChoiceMode.None => "none",
        ToolChoiceMode.Required => "required",
        _ => "auto",
    };

    private static void WriteText(Utf8JsonWriter json, TurnOptions options)
    {
        json.WriteStartObject("text");
        json.WriteStartObject("format");
        switch (options.OutputFormat)
        {
            case { Schema: not null } format:
                json.WriteString("type", "json_schema");
                json.WriteString("name", format.Name);
                json.WriteString("description", format.Description);

                // The specification has no schema here but null: the caller has it.
                json.WriteNull("schema");
                json.WriteBoolean("strict", format.Strict);
                break;
            case not null:
                json.WriteString("type", "json_object");
                break;
            default:
                json.WriteString("type", "text");
                break;
        }

        json.WriteEndObject();
        if (options.Verbosity is { } verbosity)
        {
            json.WriteString("verbosity", verbosity);
        }

        json.WriteEndObject();
    }
}
