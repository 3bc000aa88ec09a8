using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Http.Runs;

/// <summary>Messages of a model request in no vendor's words. What vendors alone may read of their reasoning is not shown.</summary>
internal static class ModelMessageWriter
{
    public static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ModelMessage> messages)
    {
        json.WriteStartArray(name);
        foreach (var message in messages)
        {
            Write(json, message);
        }

        json.WriteEndArray();
    }

    public static void WriteCalls(Utf8JsonWriter json, IReadOnlyList<ModelToolCall> calls)
    {
        json.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", call.Id);
            json.WriteString("name", call.Name);
            json.WriteString("arguments", call.Arguments);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ModelMessage message)
    {
        json.WriteStartObject();
        json.WriteString("role", message.ToolCallId is not null ? "tool" : message.Role switch
        {
            Role.Assistant => "assistant",
            Role.System => "system",
            Role.Developer => "developer",
            _ => "user",
        });
        json.WriteString("text", message.Text);
        Optional("name", message.Name);
        Optional("phase", message.Phase);
        Optional("tool_call_id", message.ToolCallId);
        if (message.IsToolError)
        {
            json.WriteBoolean("is_tool_error", true);
        }

        if (message.Media.Count > 0)
        {
            json.WriteStartArray("media");
            foreach (var media in message.Media)
            {
                json.WriteStartObject();
                json.WriteString("kind", media.Kind == ModelMediaKind.Image ? "image" : "file");
                json.WriteNumber("position", media.Position);
                Optional("url", media.Url);
                Optional("data", media.Data);
                Optional("media_type", media.MediaType);
                Optional("file_name", media.FileName);
                Optional("detail", media.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (message.Reasoning.Count > 0)
        {
            json.WriteStartArray("reasoning");
            foreach (var thought in message.Reasoning)
            {
                json.WriteStringValue(thought.Text);
            }

            json.WriteEndArray();
        }

        if (message.ToolCalls.Count > 0)
        {
            WriteCalls(json, message.ToolCalls);
        }

        json.WriteEndObject();

        void Optional(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    }
}
