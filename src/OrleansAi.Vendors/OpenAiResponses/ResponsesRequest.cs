using System.Buffers;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAiResponses;

/// <summary>
/// Writes the request of the Responses API: equal calls give equal bytes. Nothing is stored at the vendor; what it would keep of
/// the model's thoughts comes back encrypted and goes along with the next request.
/// </summary>
internal static class ResponsesRequest
{
    /// <exception cref="Pipeline.VendorException">It has something that the wire cannot carry.</exception>
    public static ReadOnlyMemory<byte> Write(ModelCall call, bool stream)
    {
        if (call.Sampling.PresencePenalty is not (null or 0) || call.Sampling.FrequencyPenalty is not (null or 0))
        {
            throw VendorErrors.Unsupported(
                "The Responses API takes no presence_penalty and no frequency_penalty; leave them out.",
                call.Sampling.PresencePenalty is not (null or 0) ? "presence_penalty" : "frequency_penalty");
        }

        VendorLimits.Refuse(call, "The Responses API", VendorLimits.Stop | VendorLimits.Seed | VendorLimits.Names);
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using var json = new Utf8JsonWriter(buffer, JsonText.Plain);
        json.WriteStartObject();
        json.WriteString("model", call.Model);
        json.WriteBoolean("store", false);
        json.WriteStartArray("include");
        json.WriteStringValue("reasoning.encrypted_content");
        json.WriteEndArray();
        json.WriteStartArray("input");
        foreach (var message in call.Messages)
        {
            ResponsesItems.Write(json, message);
        }

        json.WriteEndArray();
        if (call.Tools.Count > 0)
        {
            WriteTools(json, call);
        }

        if (call.OutputFormat is not null || call.Verbosity is not null)
        {
            WriteText(json, call);
        }

        if (call.ReasoningEffort is not null || call.ReasoningSummary is not null)
        {
            json.WriteStartObject("reasoning");
            json.WriteOptional("effort", call.ReasoningEffort);
            json.WriteString("summary", call.ReasoningSummary ?? "auto");
            json.WriteEndObject();
        }

        json.WriteOptional("safety_identifier", call.SafetyIdentifier);
        json.WriteOptional("prompt_cache_key", call.PromptCacheKey);
        json.WriteOptional("prompt_cache_retention", call.PromptCacheRetention);

        json.WriteOptional("temperature", call.Sampling.Temperature);
        json.WriteOptional("top_p", call.Sampling.TopP);
        if (call.Sampling.MaxOutputTokens is { } most)
        {
            json.WriteNumber("max_output_tokens", most);
        }

        if (stream)
        {
            json.WriteBoolean("stream", true);
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
            json.WriteString("name", tool.Name);
            if (tool.Description is { } description)
            {
                json.WriteString("description", description);
            }

            json.WriteSchema("parameters", tool.Parameters ?? """{"type":"object","properties":{}}""", $"the function {tool.Name}");

            // The API's own default is true, which changes the schemas that it takes.
            json.WriteBoolean("strict", tool.Strict);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        switch (call.ToolChoice)
        {
            case { Mode: ToolChoiceMode.Function, Name: { } name }:
                json.WriteStartObject("tool_choice");
                json.WriteString("type", "function");
                json.WriteString("name", name);
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

    private static void WriteText(Utf8JsonWriter json, ModelCall call)
    {
        json.WriteStartObject("text");
        switch (call.OutputFormat)
        {
            case { Schema: { } schema } format:
                json.WriteStartObject("format");
                json.WriteString("type", "json_schema");
                json.WriteString("name", format.Name);
                json.WriteOptional("description", format.Description);
                json.WriteBoolean("strict", format.Strict);
                json.WriteSchema("schema", schema, "the answer");
                json.WriteEndObject();
                break;
            case not null:
                json.WriteStartObject("format");
                json.WriteString("type", "json_object");
                json.WriteEndObject();
                break;
        }

        json.WriteOptional("verbosity", call.Verbosity);
        json.WriteEndObject();
    }
}
