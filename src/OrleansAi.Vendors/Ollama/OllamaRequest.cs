using System.Buffers;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Ollama;

/// <summary>Writes the request of Ollama's chat: equal calls give equal bytes.</summary>
internal static class OllamaRequest
{
    /// <exception cref="Pipeline.VendorException">It has something that the wire cannot carry.</exception>
    public static ReadOnlyMemory<byte> Write(ModelCall call, bool stream)
    {
        VendorLimits.Refuse(
            call,
            "Ollama",
            VendorLimits.Verbosity | VendorLimits.Summary | VendorLimits.OneCall | VendorLimits.Names | VendorLimits.ImageDetail | VendorLimits.FileDetail);
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using var json = new Utf8JsonWriter(buffer, JsonText.Plain);
        json.WriteStartObject();
        json.WriteString("model", call.Model);
        json.WriteBoolean("stream", stream);
        json.WriteStartArray("messages");
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var message in call.Messages)
        {
            WriteMessage(json, message, names);
        }

        json.WriteEndArray();
        if (call.Tools.Count > 0)
        {
            WriteTools(json, call);
        }

        if (call.OutputFormat is { Schema: { } schema })
        {
            json.WriteSchema("format", schema, "the answer");
        }
        else if (call.OutputFormat is not null)
        {
            json.WriteString("format", "json");
        }

        if (call.ReasoningEffort is "none")
        {
            json.WriteBoolean("think", false);
        }
        else if (call.ReasoningEffort is { } effort)
        {
            json.WriteString("think", effort);
        }

        WriteOptions(json, call);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    // The vendor shows a model the images of a message before its text, so an image behind text begins a message of its own.
    private static void WriteMessage(Utf8JsonWriter json, ModelMessage message, Dictionary<string, string> names)
    {
        if (message.Media.Count == 0)
        {
            WriteMessage(json, message, message.Text, [], names);
            return;
        }

        if (message.Role == Role.Assistant)
        {
            MediaSource.RefuseIn(message, "Ollama takes");
        }

        var images = new List<ModelMedia>();
        foreach (var (text, media) in MessageParts.Of(message))
        {
            if (media is not null)
            {
                images.Add(media);
                continue;
            }

            WriteMessage(json, message, text, images, names);
            images.Clear();
        }

        if (images.Count > 0)
        {
            WriteMessage(json, message, "", images, names);
        }
    }

    private static void WriteMessage(
        Utf8JsonWriter json, ModelMessage message, string text, IReadOnlyList<ModelMedia> images, Dictionary<string, string> names)
    {
        json.WriteStartObject();
        if (message.ToolCallId is { } answered)
        {
            json.WriteString("role", "tool");
            if (names.TryGetValue(answered, out var name))
            {
                json.WriteString("tool_name", name);
            }
        }
        else
        {
            json.WriteString("role", message.Role switch
            {
                Role.Assistant => "assistant",
                Role.System or Role.Developer => "system",
                _ => "user",
            });
        }

        json.WriteString("content", text);
        if (images.Count > 0)
        {
            WriteImages(json, images);
        }

        if (message.ToolCalls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            foreach (var call in message.ToolCalls)
            {
                names[call.Id] = call.Name;
                json.WriteStartObject();
                json.WriteStartObject("function");
                json.WriteString("name", call.Name);
                json.WriteArguments("arguments", call.Arguments);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteImages(Utf8JsonWriter json, IReadOnlyList<ModelMedia> images)
    {
        json.WriteStartArray("images");
        foreach (var media in images)
        {
            var source = MediaSource.Of(media);
            if (media.Kind != ModelMediaKind.Image || source.Data is null)
            {
                throw VendorErrors.Unsupported("Ollama takes images as bytes alone: no files, and no addresses.");
            }

            json.WriteStringValue(source.Data);
        }

        json.WriteEndArray();
    }

    private static void WriteTools(Utf8JsonWriter json, ModelCall call)
    {
        if (call.ToolChoice is { Mode: ToolChoiceMode.Required or ToolChoiceMode.Function })
        {
            throw VendorErrors.Unsupported("Ollama cannot be made to call a function (tool_choice).", "tool_choice");
        }

        if (call.ToolChoice is { Mode: ToolChoiceMode.None })
        {
            return;
        }

        json.WriteStartArray("tools");
        foreach (var tool in call.Tools)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description ?? "");
            json.WriteSchema("parameters", tool.Parameters ?? """{"type":"object","properties":{}}""", $"the function {tool.Name}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOptions(Utf8JsonWriter json, ModelCall call)
    {
        if (call.Sampling == NoSampling)
        {
            return;
        }

        json.WriteStartObject("options");
        json.WriteOptional("temperature", call.Sampling.Temperature);
        json.WriteOptional("top_p", call.Sampling.TopP);
        json.WriteOptional("presence_penalty", call.Sampling.PresencePenalty);
        json.WriteOptional("frequency_penalty", call.Sampling.FrequencyPenalty);
        json.WriteOptional("num_predict", call.Sampling.MaxOutputTokens);
        json.WriteStop("stop", call.Sampling.Stop);
        json.WriteOptional("seed", call.Sampling.Seed);
        json.WriteEndObject();
    }

    private static readonly Contracts.Runs.Sampling NoSampling = new();
}
