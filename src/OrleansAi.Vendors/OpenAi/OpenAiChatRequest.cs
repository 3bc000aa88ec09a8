using System.Buffers;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>Writes the request of a chat completion.</summary>
internal static class OpenAiChatRequest
{
    public static ReadOnlyMemory<byte> Write(ModelCall call, bool stream)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("model", call.Model);
        json.WriteStartArray("messages");
        foreach (var message in call.Messages)
        {
            json.WriteStartObject();
            json.WriteString("role", message.Role switch
            {
                Role.Assistant => "assistant",
                Role.System => "system",
                Role.Developer => "developer",
                _ => "user",
            });
            json.WriteString("content", message.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Number("temperature", call.Sampling.Temperature);
        Number("top_p", call.Sampling.TopP);
        Number("presence_penalty", call.Sampling.PresencePenalty);
        Number("frequency_penalty", call.Sampling.FrequencyPenalty);
        if (call.Sampling.MaxOutputTokens is { } most)
        {
            json.WriteNumber("max_completion_tokens", most);
        }

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

        void Number(string name, double? value)
        {
            if (value is { } number)
            {
                json.WriteNumber(name, number);
            }
        }
    }
}
