using System.Buffers;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Anthropic;

/// <summary>Writes the request of a message: equal calls give equal bytes.</summary>
internal static class AnthropicRequest
{
    /// <summary>The limit that is sent when the call has none, for the vendor wants one; tokens for thinking come on top.</summary>
    public const int DefaultMaxTokens = 4_096;

    /// <summary>The last version that takes a temperature; from 2026-10-21 on every value of it is an error.</summary>
    private const string SamplingVersion = "2023-06-01";

    /// <summary>The API version that a call needs; null for the current one.</summary>
    public static string? Version(ModelCall call) =>
        call.Sampling.Temperature is null && call.Sampling.TopP is null ? null : SamplingVersion;

    /// <summary>The body.</summary>
    /// <exception cref="Pipeline.VendorException">It has something that the wire cannot carry.</exception>
    public static ReadOnlyMemory<byte> Write(ModelCall call, string model, string vendor, bool stream)
    {
        Refuse(call);
        VendorLimits.Refuse(
            call,
            "Anthropic's Messages API",
            VendorLimits.Seed | VendorLimits.Verbosity | VendorLimits.Summary | VendorLimits.Names | VendorLimits.ImageDetail | VendorLimits.FileDetail);
        var thinking = AnthropicThinking.Of(call, model);
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using var json = new Utf8JsonWriter(buffer, JsonText.Plain);
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteNumber("max_tokens", thinking.MaxTokens);
        WriteSystem(json, call.Messages);
        AnthropicContent.Write(json, call.Messages, vendor);
        if (call.Tools.Count > 0)
        {
            WriteTools(json, call.Tools);
            WriteToolChoice(json, call);
        }

        json.WriteOptional("temperature", call.Sampling.Temperature);
        json.WriteOptional("top_p", call.Sampling.TopP);
        json.WriteStop("stop_sequences", call.Sampling.Stop);
        if (call.SafetyIdentifier is { } user)
        {
            json.WriteStartObject("metadata");
            json.WriteString("user_id", user);
            json.WriteEndObject();
        }

        WriteThinking(json, thinking);
        WriteOutput(json, thinking.Effort, call.OutputFormat);
        if (stream)
        {
            json.WriteBoolean("stream", true);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Refuse(ModelCall call)
    {
        if (call.Sampling.PresencePenalty is not (null or 0) || call.Sampling.FrequencyPenalty is not (null or 0))
        {
            throw VendorErrors.Unsupported(
                "Anthropic's Messages API takes no presence_penalty and no frequency_penalty.",
                call.Sampling.PresencePenalty is not (null or 0) ? "presence_penalty" : "frequency_penalty");
        }

        if (call.Sampling.Temperature is > 1 and var temperature)
        {
            throw VendorErrors.Unsupported($"Anthropic's Messages API takes a temperature of 0 to 1; asked was {temperature}.", "temperature");
        }

        if (call.OutputFormat is { Schema: null })
        {
            throw VendorErrors.Unsupported("Anthropic's Messages API gives JSON only with a schema; the call has none.", "text.format");
        }
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

            MediaSource.RefuseIn(message, "Anthropic's Messages API takes");
            if (string.IsNullOrWhiteSpace(message.Text))
            {
                continue;
            }

            if (!hasBegun)
            {
                json.WriteStartArray("system");
                hasBegun = true;
            }

            AnthropicContent.WriteText(json, message.Text);
        }

        if (hasBegun)
        {
            json.WriteEndArray();
        }
    }

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<ModelTool> tools)
    {
        json.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("name", tool.Name);
            if (tool.Description is { } description)
            {
                json.WriteString("description", description);
            }

            json.WriteSchema("input_schema", tool.Parameters ?? """{"type":"object","properties":{}}""", $"the function '{tool.Name}'");
            if (tool.Strict)
            {
                json.WriteBoolean("strict", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteToolChoice(Utf8JsonWriter json, ModelCall call)
    {
        if (call.ToolChoice is null && call.ParallelToolCalls is not false)
        {
            return;
        }

        var mode = call.ToolChoice?.Mode ?? ToolChoiceMode.Auto;
        json.WriteStartObject("tool_choice");
        json.WriteString("type", mode switch
        {
            ToolChoiceMode.None => "none",
            ToolChoiceMode.Required => "any",
            ToolChoiceMode.Function => "tool",
            _ => "auto",
        });
        if (mode is ToolChoiceMode.Function)
        {
            json.WriteString("name", call.ToolChoice?.Name);
        }

        if (mode is not ToolChoiceMode.None && call.ParallelToolCalls is false)
        {
            json.WriteBoolean("disable_parallel_tool_use", true);
        }

        json.WriteEndObject();
    }

    private static void WriteThinking(Utf8JsonWriter json, AnthropicThinking thinking)
    {
        if (!thinking.IsAdaptive && thinking.Budget is null)
        {
            return;
        }

        json.WriteStartObject("thinking");
        json.WriteString("type", thinking.IsAdaptive ? "adaptive" : "enabled");
        if (thinking.Budget is { } budget)
        {
            json.WriteNumber("budget_tokens", budget);
        }
        else
        {
            // Newer models leave the thoughts out unless they are asked for.
            json.WriteString("display", "summarized");
        }

        json.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter json, string? effort, ModelOutputFormat? format)
    {
        if (effort is null && format is null)
        {
            return;
        }

        json.WriteStartObject("output_config");
        if (effort is not null)
        {
            json.WriteString("effort", effort);
        }

        if (format?.Schema is { } schema)
        {
            json.WriteStartObject("format");
            json.WriteString("type", "json_schema");
            json.WriteSchema("schema", schema, "the output");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
