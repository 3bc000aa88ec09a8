using System.Buffers;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>Writes the request of a chat completion: equal calls give equal bytes.</summary>
internal static class OpenAiChatRequest
{
    /// <summary>The body.</summary>
    /// <exception cref="Pipeline.VendorException">It has something that the wire cannot carry.</exception>
    public static ReadOnlyMemory<byte> Write(ModelCall call, bool stream)
    {
        VendorLimits.Refuse(call, "The Chat Completions API", VendorLimits.Summary | VendorLimits.FileDetail);
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using var json = new Utf8JsonWriter(buffer, JsonText.Plain);
        json.WriteStartObject();
        json.WriteString("model", call.Model);
        json.WriteStartArray("messages");
        foreach (var message in call.Messages)
        {
            OpenAiChatMessages.Write(json, message);
        }

        json.WriteEndArray();
        if (call.Tools.Count > 0)
        {
            WriteTools(json, call);
        }

        if (call.OutputFormat is { } format)
        {
            WriteFormat(json, format);
        }

        json.WriteOptional("reasoning_effort", call.ReasoningEffort);
        json.WriteOptional("verbosity", call.Verbosity);
        json.WriteOptional("safety_identifier", call.SafetyIdentifier);
        json.WriteOptional("prompt_cache_key", call.PromptCacheKey);
        json.WriteOptional("prompt_cache_retention", call.PromptCacheRetention);

        json.WriteOptional("temperature", call.Sampling.Temperature);
        json.WriteOptional("top_p", call.Sampling.TopP);
        json.WriteOptional("presence_penalty", call.Sampling.PresencePenalty);
        json.WriteOptional("frequency_penalty", call.Sampling.FrequencyPenalty);
        if (call.Sampling.MaxOutputTokens is { } most)
        {
            json.WriteNumber("max_completion_tokens", most);
        }

        json.WriteStop("stop", call.Sampling.Stop);
        json.WriteOptional("seed", call.Sampling.Seed);

        if (stream)
        {
            json.WriteBoolean("stream", true);
            json.WriteStartObject("stream_options");
            json.WriteBoolean("include_usage", true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteTools(Utf8JsonWriter json, ModelCall call)
    {
        json.WriteStartArray("tools");
        foreach (var tool in call.Tools)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", tool.Name);
            if (tool.Description is { } description)
            {
                json.WriteString("description", description);
            }

            if (tool.Parameters is { } parameters)
            {
                json.WriteSchema("parameters", parameters, $"the function {tool.Name}");
            }

            if (tool.Strict)
            {
                json.WriteBoolean("strict", true);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        switch (call.ToolChoice)
        {
            case { Mode: ToolChoiceMode.Function, Name: { } name }:
                json.WriteStartObject("tool_choice");
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", name);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case { Mode: var mode }:
                json.WriteToolChoice(mode);
                break;
        }

        if (call.ParallelToolCalls is { } parallel)
        {
            json.WriteBoolean("parallel_tool_calls", parallel);
        }
    }

    private static void WriteFormat(Utf8JsonWriter json, ModelOutputFormat format)
    {
        json.WriteStartObject("response_format");
        if (format.Schema is { } schema)
        {
            json.WriteString("type", "json_schema");
            json.WriteStartObject("json_schema");
            json.WriteString("name", format.Name);
            json.WriteOptional("description", format.Description);
            json.WriteBoolean("strict", format.Strict);
            json.WriteSchema("schema", schema, "the answer");
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("type", "json_object");
        }

        json.WriteEndObject();
    }
}
