using System.Text.Json.Nodes;

namespace OrleansAi.VendorSimulator.Validation;

/// <summary>What Gemini refuses.</summary>
internal static class GeminiRequests
{
    public static string LastUserText(JsonObject body) => (body["contents"] as JsonArray)?.OfType<JsonObject>()
        .LastOrDefault(static content => (string?)content["role"] == "user")?["parts"] is JsonArray parts
        ? string.Concat(parts.OfType<JsonObject>().Select(static part => (string?)part["text"]))
        : "";

    public static string? Refuse(SimulatedCall call)
    {
        if (call.Body["contents"] is not JsonArray { Count: > 0 } contents)
        {
            return "* GenerateContentRequest.contents: contents is not specified";
        }

        string? before = null;
        var calls = 0;
        foreach (var content in contents.OfType<JsonObject>())
        {
            var role = (string?)content["role"];
            if (role is not ("user" or "model"))
            {
                return "Please use a valid role: user, model.";
            }

            var parts = (content["parts"] as JsonArray ?? []).OfType<JsonObject>().ToList();
            var made = parts.Count(static part => part["functionCall"] is not null);
            var answered = parts.Count(static part => part["functionResponse"] is not null);
            if (calls > 0 && answered != calls)
            {
                return "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";
            }

            if (answered > 0 && calls == 0)
            {
                return "Please ensure that function response turn comes immediately after a function call turn.";
            }

            if (made > 0 && before != "user")
            {
                return "Please ensure that function call turn comes immediately after a user turn or after a function response turn.";
            }

            if (made > 0 && call.Model.StartsWith("gemini-3", StringComparison.Ordinal)
                && parts.First(static part => part["functionCall"] is not null)["thoughtSignature"] is null)
            {
                return "Function call is missing a thought_signature in functionCall parts.";
            }

            (calls, before) = (made, role);
        }

        return calls > 0 ? "Please ensure that function response turn comes immediately after a function call turn." : null;
    }
}
