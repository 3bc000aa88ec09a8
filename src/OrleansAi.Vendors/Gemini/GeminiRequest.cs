using System.Buffers;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Gemini;

/// <summary>Writes the request of generateContent: equal calls give equal bytes.</summary>
internal static class GeminiRequest
{
    /// <summary>The body; streaming is in the address alone.</summary>
    /// <exception cref="Pipeline.VendorException">It has something that the wire cannot carry.</exception>
    public static ReadOnlyMemory<byte> Write(ModelCall call, string model, string vendor)
    {
        VendorLimits.Refuse(
            call,
            "The Gemini API",
            VendorLimits.Verbosity | VendorLimits.Summary | VendorLimits.OneCall | VendorLimits.Names | VendorLimits.ImageDetail | VendorLimits.FileDetail);
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using var json = new Utf8JsonWriter(buffer, JsonText.Plain);
        json.WriteStartObject();
        WriteSystem(json, call.Messages);
        GeminiContents.Write(json, call.Messages, vendor, GeminiModel.WantsSignatures(model));
        if (call.Tools.Count > 0)
        {
            WriteTools(json, call.Tools);
            WriteToolChoice(json, call);
        }

        WriteConfig(json, call, model);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteSystem(Utf8JsonWriter json, IReadOnlyList<ModelMessage> messages)
    {
        var hasBegun = false;
        foreach (var message in messages)
        {
            if (message.Role is not (Role.System or Role.Developer))
            {
                continue;
            }

            MediaSource.RefuseIn(message, "The Gemini API takes");
            if (message.Text.Length == 0)
            {
                continue;
            }

            if (!hasBegun)
            {
                json.WriteStartObject("systemInstruction");
                json.WriteStartArray("parts");
                hasBegun = true;
            }

            GeminiContents.WriteText(json, message.Text);
        }

        if (hasBegun)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<ModelTool> tools)
    {
        json.WriteStartArray("tools");
        json.WriteStartObject();
        json.WriteStartArray("functionDeclarations");
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("name", tool.Name);
            if (tool.Description is { } description)
            {
                json.WriteString("description", description);
            }

            if (tool.Parameters is { } parameters)
            {
                json.WriteSchema("parametersJsonSchema", parameters, $"the function '{tool.Name}'");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteToolChoice(Utf8JsonWriter json, ModelCall call)
    {
        // Strictness is a matter of the mode here: a forced call is held to its schema, and VALIDATED is AUTO with that.
        var isStrict = call.Tools.Any(static tool => tool.Strict);
        if (call.ToolChoice is null && !isStrict)
        {
            return;
        }

        json.WriteStartObject("toolConfig");
        json.WriteStartObject("functionCallingConfig");
        json.WriteString("mode", call.ToolChoice?.Mode switch
        {
            ToolChoiceMode.None => "NONE",
            ToolChoiceMode.Required or ToolChoiceMode.Function => "ANY",
            _ => isStrict ? "VALIDATED" : "AUTO",
        });
        if (call.ToolChoice is { Mode: ToolChoiceMode.Function, Name: { } name })
        {
            json.WriteStartArray("allowedFunctionNames");
            json.WriteStringValue(name);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteConfig(Utf8JsonWriter json, ModelCall call, string model)
    {
        var sampling = call.Sampling;
        if (sampling == new Contracts.Runs.Sampling() && call.OutputFormat is null && call.ReasoningEffort is null)
        {
            return;
        }

        json.WriteStartObject("generationConfig");
        json.WriteOptional("temperature", sampling.Temperature);
        json.WriteOptional("topP", sampling.TopP);
        json.WriteOptional("maxOutputTokens", sampling.MaxOutputTokens);
        json.WriteOptional("presencePenalty", sampling.PresencePenalty);
        json.WriteOptional("frequencyPenalty", sampling.FrequencyPenalty);
        json.WriteStop("stopSequences", sampling.Stop);
        json.WriteOptional("seed", sampling.Seed);
        if (call.OutputFormat is { } format)
        {
            json.WriteString("responseMimeType", "application/json");
            if (format.Schema is { } schema)
            {
                json.WriteSchema("responseJsonSchema", schema, "the output");
            }
        }

        if (call.ReasoningEffort is { } effort)
        {
            WriteThinking(json, effort, model);
        }

        json.WriteEndObject();
    }

    private static void WriteThinking(Utf8JsonWriter json, string effort, string model)
    {
        // The budgets are those that the vendor's own OpenAI-compatible endpoint makes of the efforts.
        var budget = effort switch
        {
            "none" => 0,
            "minimal" or "low" => 1_024,
            "medium" => 8_192,
            "high" => 24_576,
            _ => throw VendorErrors.Unsupported(
                $"The Gemini API has no reasoning effort '{effort}'; known are none, minimal, low, medium and high.", "reasoning.effort"),
        };
        json.WriteStartObject("thinkingConfig");
        if (GeminiModel.HasLevels(model))
        {
            json.WriteString("thinkingLevel", effort == "none" ? "minimal" : effort);
        }
        else
        {
            json.WriteNumber("thinkingBudget", budget);
        }

        json.WriteBoolean("includeThoughts", effort != "none");
        json.WriteEndObject();
    }
}
