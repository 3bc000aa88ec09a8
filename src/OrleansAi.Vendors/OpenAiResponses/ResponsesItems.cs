using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAiResponses;

/// <summary>Writes messages as the items of the Responses API: thoughts, text and calls are items of their own.</summary>
internal static class ResponsesItems
{
    /// <summary>What the vendor calls the item of its thoughts.</summary>
    public const string Reasoning = "reasoning";

    public static void Write(Utf8JsonWriter json, ModelMessage message)
    {
        if (message.ToolCallId is { } answered)
        {
            json.WriteStartObject();
            json.WriteString("type", "function_call_output");
            json.WriteString("call_id", answered);
            if (message.Media.Count > 0)
            {
                WriteParts(json, "output", message);
            }
            else
            {
                json.WriteString("output", message.Text);
            }

            json.WriteEndObject();
            return;
        }

        // Thoughts stand before the item that they led to, and without their content the vendor does not know them.
        foreach (var thought in message.Reasoning)
        {
            if (thought is { Kind: Reasoning, Opaque: not null })
            {
                WriteThought(json, thought);
            }
        }

        if (message.Role == Role.Assistant)
        {
            MediaSource.RefuseIn(message, "The Responses API takes");
        }

        if (message.Text.Length > 0 || message.Media.Count > 0)
        {
            WriteMessage(json, message);
        }

        foreach (var call in message.ToolCalls)
        {
            json.WriteStartObject();
            json.WriteString("type", "function_call");
            json.WriteString("call_id", call.Id);
            json.WriteString("name", call.Name);
            json.WriteString("arguments", call.Arguments);
            json.WriteEndObject();
        }
    }

    private static void WriteThought(Utf8JsonWriter json, ModelReasoning thought)
    {
        json.WriteStartObject();
        json.WriteString("type", Reasoning);
        if (thought.Id is { } id)
        {
            json.WriteString("id", id);
        }

        json.WriteStartArray("summary");
        if (thought.Text.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("type", "summary_text");
            json.WriteString("text", thought.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("encrypted_content", thought.Opaque);
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, ModelMessage message)
    {
        json.WriteStartObject();
        json.WriteString("type", "message");
        json.WriteString("role", message.Role switch
        {
            Role.Assistant => "assistant",
            Role.System => "system",
            Role.Developer => "developer",
            _ => "user",
        });
        if (message.Media.Count > 0)
        {
            WriteParts(json, "content", message);
        }
        else
        {
            json.WriteStartArray("content");
            WriteText(json, message.Text, message.Role);
            json.WriteEndArray();
        }

        json.WriteOptional("phase", message.Phase);
        json.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter json, string property, ModelMessage message)
    {
        json.WriteStartArray(property);
        foreach (var (text, media) in MessageParts.Of(message))
        {
            if (media is not null)
            {
                WriteMedia(json, media);
            }
            else
            {
                WriteText(json, text, message.Role);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string text, Role role)
    {
        json.WriteStartObject();
        json.WriteString("type", role == Role.Assistant ? "output_text" : "input_text");
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static void WriteMedia(Utf8JsonWriter json, ModelMedia media)
    {
        var source = MediaSource.Of(media);
        json.WriteStartObject();
        if (media.Kind == ModelMediaKind.Image)
        {
            json.WriteString("type", "input_image");
            json.WriteString("image_url", source.Url ?? $"data:{source.MediaType ?? "image/png"};base64,{source.Data}");
            json.WriteString("detail", media.Detail ?? "auto");
        }
        else
        {
            json.WriteString("type", "input_file");
            json.WriteOptional("detail", media.Detail);
            if (source.Url is { } address)
            {
                json.WriteString("file_url", address);
            }
            else
            {
                json.WriteString("filename", media.FileName ?? "file");
                json.WriteString("file_data", $"data:{source.MediaType ?? "application/pdf"};base64,{source.Data}");
            }
        }

        json.WriteEndObject();
    }
}
