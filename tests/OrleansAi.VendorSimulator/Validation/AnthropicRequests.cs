using System.Text.Json.Nodes;

namespace OrleansAi.VendorSimulator.Validation;

/// <summary>What Anthropic's Messages API refuses.</summary>
internal static class AnthropicRequests
{
    public static string LastUserText(JsonObject body) => (body["messages"] as JsonArray)?.OfType<JsonObject>()
        .LastOrDefault(static message => (string?)message["role"] == "user")?["content"] is { } content ? OpenAiRequests.Text(content) : "";

    public static string? Refuse(SimulatedCall call)
    {
        if (!call.Headers.ContainsKey("anthropic-version"))
        {
            return "anthropic-version: header is required";
        }

        if (call.Body["max_tokens"] is null)
        {
            return "max_tokens: Field required";
        }

        if (call.Body["messages"] is not JsonArray { Count: > 0 } messages)
        {
            return "messages: at least one message is required";
        }

        if ((string?)messages[0]!["role"] != "user")
        {
            return "messages: first message must use the \"user\" role";
        }

        var open = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < messages.Count; i++)
        {
            var role = (string?)messages[i]!["role"];
            if (role is not ("user" or "assistant"))
            {
                return $"messages.{i}: unexpected role \"{role}\"; use the top-level `system` parameter";
            }

            var blocks = messages[i]!["content"] as JsonArray ?? [];
            var results = blocks.Where(static block => (string?)block!["type"] == "tool_result").Select(static block => (string?)block!["tool_use_id"] ?? "").ToList();
            if (open.Count > 0 && !open.SetEquals(results))
            {
                return $"messages.{i - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", open.Except(results))}";
            }

            if (open.Count == 0 && results.Count > 0)
            {
                return $"messages.{i}: unexpected `tool_use_id` found in `tool_result` blocks: {results[0]}";
            }

            open.Clear();
            foreach (var block in blocks)
            {
                if ((string?)block!["type"] == "text" && string.IsNullOrWhiteSpace((string?)block["text"]))
                {
                    return $"messages.{i}: text content blocks must be non-empty";
                }

                if ((string?)block["type"] == "tool_use")
                {
                    var id = (string?)block["id"] ?? "";
                    if (id.Length == 0 || !id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
                    {
                        return $"messages.{i}.content.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'";
                    }

                    open.Add(id);
                }
            }
        }

        return open.Count > 0 ? $"messages: `tool_use` ids were found without `tool_result` blocks: {string.Join(", ", open)}" : null;
    }
}
