using System.Text.Json.Nodes;

namespace OrleansAi.VendorSimulator.Validation;

/// <summary>What Ollama refuses.</summary>
internal static class OllamaRequests
{
    public static string? Refuse(SimulatedCall call)
    {
        foreach (var message in (call.Body["messages"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if ((string?)message["role"] is not ("system" or "user" or "assistant" or "tool"))
            {
                return $"invalid role: {(string?)message["role"]}";
            }

            if (message["content"] is not null and not JsonValue)
            {
                return "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string";
            }
        }

        return null;
    }
}
