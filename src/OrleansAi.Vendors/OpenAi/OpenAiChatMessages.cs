using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>Writes the messages of a chat completion's request.</summary>
internal static class OpenAiChatMessages
{
    /// <summary>The kind of reasoning that DeepSeek and others want back as text beside their calls.</summary>
    public const string ReasoningContent = "reasoning_content";

    public static void Write(Utf8JsonWriter json, ModelMessage message)
    {
        json.WriteStartObject();
        if (message.ToolCallId is { } answered)
        {
            MediaSource.RefuseIn(message, "Chat completions take");
            json.WriteString("role", "tool");
            json.WriteString("tool_call_id", answered);
            json.WriteString("content", message.Text);
            json.WriteEndObject();
            return;
        }

        json.WriteString("role", message.Role switch
        {
            Role.Assistant => "assistant",
            Role.System => "system",
            Role.Developer => "developer",
            _ => "user",
        });
        json.WriteOptional("name", message.Name);
        if (message.Media.Count > 0)
        {
            WriteParts(json, message);
        }
        else if (message.Text.Length == 0 && message.ToolCalls.Count > 0)
        {
            json.WriteNull("content");
        }
        else
        {
            json.WriteString("content", message.Text);
        }

        if (message.ToolCalls.Count > 0)
        {
            WriteCalls(json, message);
        }

        json.WriteEndObject();
    }

    private static void WriteCalls(Utf8JsonWriter json, ModelMessage message)
    {
        foreach (var thought in message.Reasoning)
        {
            if (thought is { Kind: ReasoningContent, Opaque: { } text })
            {
                json.WriteString(ReasoningContent, text);
                break;
            }
        }

        json.WriteStartArray("tool_calls");
        foreach (var call in message.ToolCalls)
        {
            json.WriteStartObject();
            json.WriteString("id", call.Id);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WriteString("arguments", call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteParts(Utf8JsonWriter json, ModelMessage message)
    {
        json.WriteStartArray("content");
        foreach (var (text, media) in MessageParts.Of(message))
        {
            if (media is not null)
            {
                WriteMedia(json, media);
                continue;
            }

            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMedia(Utf8JsonWriter json, ModelMedia media)
    {
        var source = MediaSource.Of(media);
        json.WriteStartObject();
        if (media.Kind == ModelMediaKind.Image)
        {
            json.WriteString("type", "image_url");
            json.WriteStartObject("image_url");
            json.WriteString("url", Address(source, "image/png"));
            if (media.Detail is { } detail)
            {
                json.WriteString("detail", detail);
            }
        }
        else
        {
            if (source.Data is null)
            {
                throw VendorErrors.Unsupported("Chat completions take the bytes of a file, not its address.");
            }

            json.WriteString("type", "file");
            json.WriteStartObject("file");
            json.WriteString("filename", media.FileName ?? "file");
            json.WriteString("file_data", Address(source, "application/pdf"));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Address(MediaSource source, string usual) =>
        source.Url ?? $"data:{source.MediaType ?? usual};base64,{source.Data}";
}
