using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Gemini;

/// <summary>Writes contents and their parts.</summary>
internal static class GeminiContents
{
    /// <summary>
    /// What the vendor takes for the signature of a call that another model made; without one it refuses the whole request.
    /// </summary>
    public const string ForeignSignature = "skip_thought_signature_validator";

    private enum Turn
    {
        None,
        User,
        Model,

        /// <summary>Outputs of functions: the vendor wants them directly after the calls, and nothing else among them.</summary>
        Outputs,
    }

    /// <summary>Writes the messages that are not top level; neighbours of one kind become one content.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ModelMessage> messages, string vendor, bool wantsSignatures)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        json.WriteStartArray("contents");
        var turn = Turn.None;
        foreach (var message in messages)
        {
            if (message.Role is Role.System or Role.Developer || IsEmpty(message))
            {
                continue;
            }

            var next = message.ToolCallId is not null ? Turn.Outputs : message.Role is Role.Assistant ? Turn.Model : Turn.User;
            if (turn != next)
            {
                End(json, turn);
                turn = next;
                json.WriteStartObject();
                json.WriteString("role", turn is Turn.Model ? "model" : "user");
                json.WriteStartArray("parts");
            }

            foreach (var call in message.ToolCalls)
            {
                names[call.Id] = call.Name;
            }

            WriteParts(json, message, vendor, wantsSignatures, names);
        }

        End(json, turn);
        json.WriteEndArray();
    }

    /// <summary>Writes a part of text.</summary>
    public static void WriteText(Utf8JsonWriter json, string text, string? signature = null)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        WriteSignature(json, signature);
        json.WriteEndObject();
    }

    private static void End(Utf8JsonWriter json, Turn turn)
    {
        if (turn is not Turn.None)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static bool IsEmpty(ModelMessage message) => message.ToolCallId is null && message.Media.Count == 0
        && message.ToolCalls.Count == 0 && message.Text.Length == 0;

    private static void WriteParts(
        Utf8JsonWriter json, ModelMessage message, string vendor, bool wantsSignatures, Dictionary<string, string> names)
    {
        if (message.ToolCallId is { } id)
        {
            WriteOutput(json, message, id, names);
            return;
        }

        if (message.Role is Role.Assistant)
        {
            MediaSource.RefuseIn(message, "The Gemini API takes");
            var signature = WriteThoughts(json, message.Reasoning, vendor);
            if (message.Text.Length > 0 || signature is not null)
            {
                WriteText(json, message.Text, signature);
            }
        }
        else if (message.Media.Count > 0)
        {
            WriteMediaAndText(json, message);
        }
        else if (message.Text.Length > 0)
        {
            WriteText(json, message.Text);
        }

        // Of calls made together the first one alone is signed.
        for (var i = 0; i < message.ToolCalls.Count; i++)
        {
            WriteCall(json, message.ToolCalls[i], vendor, wantsSignatures && i == 0 ? ForeignSignature : null);
        }
    }

    /// <summary>Writes the signed thoughts, and returns the signature of the text.</summary>
    private static string? WriteThoughts(Utf8JsonWriter json, IReadOnlyList<ModelReasoning> reasoning, string vendor)
    {
        string? signature = null;
        foreach (var thought in reasoning)
        {
            if (thought.Opaque is not { } opaque || thought.Vendor != vendor)
            {
                continue;
            }

            if (thought.Kind == GeminiThoughts.TextSignature)
            {
                signature = opaque;
            }
            else if (thought.Kind == GeminiThoughts.Thought)
            {
                json.WriteStartObject();
                json.WriteString("text", thought.Text);
                json.WriteBoolean("thought", true);
                WriteSignature(json, opaque);
                json.WriteEndObject();
            }
        }

        return signature;
    }

    private static void WriteCall(Utf8JsonWriter json, ModelToolCall call, string vendor, string? unsigned)
    {
        json.WriteStartObject();
        json.WriteStartObject("functionCall");
        json.WriteString("id", call.Id);
        json.WriteString("name", call.Name);
        json.WriteArguments("args", call.Arguments);
        json.WriteEndObject();
        WriteSignature(json, call.Vendor == vendor && call.Opaque is { } opaque ? opaque : unsigned);
        json.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter json, ModelMessage message, string id, Dictionary<string, string> names)
    {
        MediaSource.RefuseIn(message, "The Gemini API takes");
        json.WriteStartObject();
        json.WriteStartObject("functionResponse");
        json.WriteString("id", id);
        json.WriteString("name", names.GetValueOrDefault(id)
            ?? throw VendorErrors.Unsupported("The Gemini API takes no output of a function whose call is not in the conversation."));
        json.WriteStartObject("response");
        json.WriteString(message.IsToolError ? "error" : "output", message.Text);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSignature(Utf8JsonWriter json, string? signature)
    {
        if (signature is not null)
        {
            json.WriteString("thoughtSignature", signature);
        }
    }

    private static void WriteMediaAndText(Utf8JsonWriter json, ModelMessage message)
    {
        foreach (var (text, media) in MessageParts.Of(message))
        {
            if (media is not null)
            {
                WriteMedia(json, media);
            }
            else
            {
                WriteText(json, text);
            }
        }
    }

    private static void WriteMedia(Utf8JsonWriter json, ModelMedia media)
    {
        var source = MediaSource.Of(media);
        json.WriteStartObject();
        if (source.Url is { } url)
        {
            json.WriteStartObject("fileData");
            if (source.MediaType is { } type)
            {
                json.WriteString("mimeType", type);
            }

            json.WriteString("fileUri", url);
        }
        else
        {
            json.WriteStartObject("inlineData");
            json.WriteString("mimeType", source.MediaType
                ?? throw VendorErrors.Unsupported("The Gemini API takes an image or a file only with its media type."));
            json.WriteString("data", source.Data);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
