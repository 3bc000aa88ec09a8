using System.Text.Json.Nodes;

namespace OrleansAi.VendorSimulator.Validation;

/// <summary>What OpenAI, and those who speak its chat completions with rules of their own, refuse.</summary>
internal static class OpenAiRequests
{
    public static string LastUserText(JsonArray? messages) => messages?.OfType<JsonObject>()
        .LastOrDefault(static message => (string?)message["role"] == "user")?["content"] is { } content ? Text(content) : "";

    /// <summary>The text of a content, which is a string or a list of parts.</summary>
    public static string Text(JsonNode content) => content switch
    {
        JsonValue value => value.ToString(),
        JsonArray parts => string.Concat(parts.OfType<JsonObject>().Select(static part => (string?)part["text"])),
        _ => "",
    };

    public static string? Refuse(SimulatedCall call)
    {
        if (call.Body["messages"] is not JsonArray { Count: > 0 } messages)
        {
            return "messages: at least one message is required";
        }

        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var message in messages.OfType<JsonObject>())
        {
            var role = (string?)message["role"];
            if (role is not ("system" or "developer" or "user" or "assistant" or "tool"))
            {
                return $"Invalid value: '{role}' for role.";
            }

            if (role == "tool")
            {
                if (!open.Remove((string?)message["tool_call_id"] ?? ""))
                {
                    return "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
                }

                continue;
            }

            if (open.Count > 0)
            {
                return "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.";
            }

            var calls = message["tool_calls"] as JsonArray ?? [];
            foreach (var id in calls.Select(static one => (string?)one!["id"] ?? ""))
            {
                if (!open.Add(id))
                {
                    return $"Duplicate tool call id {id}.";
                }

                if (call.Model.StartsWith("mistral", StringComparison.Ordinal) && !(id.Length == 9 && id.All(char.IsAsciiLetterOrDigit)))
                {
                    return $"Tool call id was {id} but must be a-z, A-Z, 0-9, with a length of 9.";
                }
            }

            if (calls.Count > 0 && call.Model.StartsWith("deepseek-reasoner", StringComparison.Ordinal) && message["reasoning_content"] is null)
            {
                return "Missing `reasoning_content` field in the assistant message.";
            }

            if (role == "assistant" && calls.Count == 0 && message["content"] is null && message["refusal"] is null)
            {
                return "Invalid value for 'content': expected a string, got null.";
            }
        }

        return open.Count > 0 ? "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'." : null;
    }
}
