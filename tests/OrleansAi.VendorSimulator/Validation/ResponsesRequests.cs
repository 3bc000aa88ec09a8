using System.Text.Json.Nodes;

namespace OrleansAi.VendorSimulator.Validation;

/// <summary>What OpenAI's Responses API refuses.</summary>
internal static class ResponsesRequests
{
    public static string LastUserText(JsonObject body) => body["input"] switch
    {
        JsonValue text => text.ToString(),
        JsonArray items => items.OfType<JsonObject>().LastOrDefault(static item => (string?)item["role"] == "user")?["content"] is { } content
            ? OpenAiRequests.Text(content)
            : "",
        _ => "",
    };

    public static string? Refuse(SimulatedCall call)
    {
        if (call.Body["input"] is not JsonArray items)
        {
            return call.Body["input"] is JsonValue ? null : "Missing required parameter: 'input'.";
        }

        var open = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var item = (JsonObject)items[i]!;
            switch ((string?)item["type"] ?? "message")
            {
                case "function_call":
                    var id = (string?)item["call_id"] ?? "";
                    open.Add(id);
                    seen.Add(id);
                    break;
                case "function_call_output":
                    if (!seen.Contains((string?)item["call_id"] ?? ""))
                    {
                        return $"No tool call found for function call output with call_id {(string?)item["call_id"]}.";
                    }

                    open.Remove((string?)item["call_id"] ?? "");
                    if (Parts(item["output"], "input_", $"input[{i}].output") is { } wrongOutput)
                    {
                        return wrongOutput;
                    }

                    break;
                case "reasoning":
                    if (item["summary"] is not JsonArray)
                    {
                        return $"Missing required parameter: 'input[{i}].summary'.";
                    }

                    // A thought without the item that it led to.
                    if (i + 1 >= items.Count || (string?)items[i + 1]!["role"] == "user" || (string?)items[i + 1]!["type"] == "function_call_output")
                    {
                        return $"Item '{(string?)item["id"]}' of type 'reasoning' was provided without its required following item.";
                    }

                    break;
                case "message":
                    var isAssistant = (string?)item["role"] == "assistant";
                    if (item["phase"] is { } phase && (!isAssistant || (string?)phase is not ("commentary" or "final_answer")))
                    {
                        return $"Invalid value: 'input[{i}].phase'.";
                    }

                    if (Parts(item["content"], isAssistant ? "output_text" : "input_", $"input[{i}].content") is { } wrongContent)
                    {
                        return wrongContent;
                    }

                    break;
                default:
                    return $"Invalid value: '{(string?)item["type"]}'.";
            }
        }

        return open.Count > 0 ? $"No tool output found for function call {open.First()}." : null;
    }

    // A text, or a list of parts of one kind.
    private static string? Parts(JsonNode? content, string kind, string path)
    {
        if (content is JsonValue)
        {
            return null;
        }

        if (content is not JsonArray { Count: > 0 } parts)
        {
            return $"Missing required parameter: '{path}'.";
        }

        var wrong = parts.OfType<JsonObject>().FirstOrDefault(part => (string?)part["type"] is not { } type
            || !(type.StartsWith(kind, StringComparison.Ordinal) || type == "refusal"));
        return wrong is null ? null : $"Invalid value: '{(string?)wrong["type"]}' in '{path}'.";
    }
}
