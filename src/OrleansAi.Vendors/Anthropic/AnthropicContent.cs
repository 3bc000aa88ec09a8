using System.Text;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Anthropic;

/// <summary>Writes messages and their content blocks.</summary>
internal static class AnthropicContent
{
    /// <summary>Writes the messages that are not top level. Neighbours of one role become one message, as the vendor wants turns to alternate.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ModelMessage> messages, string vendor)
    {
        json.WriteStartArray("messages");
        bool? isAssistant = null;
        foreach (var message in messages)
        {
            if (message.Role is Role.System or Role.Developer || IsEmpty(message))
            {
                continue;
            }

            if (isAssistant != (message.Role is Role.Assistant))
            {
                if (isAssistant is not null)
                {
                    End(json);
                }

                isAssistant = message.Role is Role.Assistant;
                json.WriteStartObject();
                json.WriteString("role", isAssistant.Value ? "assistant" : "user");
                json.WriteStartArray("content");
            }

            WriteBlocks(json, message, vendor);
        }

        if (isAssistant is not null)
        {
            End(json);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a block of text.</summary>
    public static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The vendor refuses blocks without text, and a message that ends with thoughts.</summary>
    private static bool IsEmpty(ModelMessage message) => message.ToolCallId is null && message.Media.Count == 0
        && message.ToolCalls.Count == 0 && string.IsNullOrWhiteSpace(message.Text);

    private static void WriteBlocks(Utf8JsonWriter json, ModelMessage message, string vendor)
    {
        if (message.ToolCallId is { } id)
        {
            WriteToolResult(json, message, id);
            return;
        }

        if (message.Role is Role.Assistant)
        {
            MediaSource.RefuseIn(message, "Anthropic's Messages API takes");
            foreach (var reasoning in message.Reasoning)
            {
                WriteReasoning(json, reasoning, vendor);
            }
        }

        if (message.Media.Count > 0)
        {
            WriteParts(json, message);
        }
        else if (!string.IsNullOrWhiteSpace(message.Text))
        {
            WriteText(json, message.Text);
        }

        foreach (var call in message.ToolCalls)
        {
            json.WriteStartObject();
            json.WriteString("type", "tool_use");
            json.WriteString("id", call.Id);
            json.WriteString("name", call.Name);
            json.WriteArguments("input", call.Arguments);
            json.WriteEndObject();
        }
    }

    private static void WriteToolResult(Utf8JsonWriter json, ModelMessage message, string id)
    {
        json.WriteStartObject();
        json.WriteString("type", "tool_result");
        json.WriteString("tool_use_id", id);
        if (message.Media.Count > 0)
        {
            json.WriteStartArray("content");
            WriteParts(json, message);
            json.WriteEndArray();
        }
        else if (message.Text.Length > 0)
        {
            json.WriteString("content", message.Text);
        }

        if (message.IsToolError)
        {
            json.WriteBoolean("is_error", true);
        }

        json.WriteEndObject();
    }

    private static void WriteReasoning(Utf8JsonWriter json, ModelReasoning reasoning, string vendor)
    {
        if (reasoning.Opaque is not { } opaque || reasoning.Vendor != vendor)
        {
            return;
        }

        if (reasoning.Kind is "thinking")
        {
            json.WriteStartObject();
            json.WriteString("type", "thinking");
            json.WriteString("thinking", reasoning.Text);
            json.WriteString("signature", opaque);
            json.WriteEndObject();
        }
        else if (reasoning.Kind is "redacted_thinking")
        {
            json.WriteStartObject();
            json.WriteString("type", "redacted_thinking");
            json.WriteString("data", opaque);
            json.WriteEndObject();
        }
    }

    private static void WriteParts(Utf8JsonWriter json, ModelMessage message)
    {
        foreach (var (text, media) in MessageParts.Of(message))
        {
            if (media is not null)
            {
                WriteMedia(json, media);
            }
            else if (!string.IsNullOrWhiteSpace(text))
            {
                WriteText(json, text);
            }
        }
    }

    private static void WriteMedia(Utf8JsonWriter json, ModelMedia media)
    {
        var source = MediaSource.Of(media);
        json.WriteStartObject();
        json.WriteString("type", media.Kind is ModelMediaKind.Image ? "image" : "document");
        json.WriteStartObject("source");
        if (source.Url is { } url)
        {
            json.WriteString("type", "url");
            json.WriteString("url", url);
        }
        else if (media.Kind is ModelMediaKind.File && source.MediaType is "text/plain")
        {
            json.WriteString("type", "text");
            json.WriteString("media_type", source.MediaType);
            json.WriteString("data", Decode(source.Data!));
        }
        else
        {
            json.WriteString("type", "base64");
            json.WriteString("media_type", MediaType(media.Kind, source.MediaType));
            json.WriteString("data", source.Data);
        }

        json.WriteEndObject();
        if (media is { Kind: ModelMediaKind.File, FileName: { } name })
        {
            json.WriteString("title", name);
        }

        json.WriteEndObject();
    }

    private static string MediaType(ModelMediaKind kind, string? type) => (kind, type) switch
    {
        (ModelMediaKind.Image, "image/jpeg" or "image/png" or "image/gif" or "image/webp") => type,
        (ModelMediaKind.File, "application/pdf") => type,
        (ModelMediaKind.Image, _) => throw VendorErrors.Unsupported(
            $"Anthropic's Messages API takes images of image/jpeg, image/png, image/gif and image/webp; this one is {type ?? "of no named type"}."),
        _ => throw VendorErrors.Unsupported(
            $"Anthropic's Messages API takes files of application/pdf and text/plain; this one is {type ?? "of no named type"}."),
    };

    private static string Decode(string data)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException)
        {
            throw VendorErrors.Unsupported("A file's bytes are not in base 64.");
        }
    }
}
