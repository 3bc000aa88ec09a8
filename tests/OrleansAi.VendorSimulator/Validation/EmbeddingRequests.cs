using System.Text.Json.Nodes;

namespace OrleansAi.VendorSimulator.Validation;

/// <summary>What vendors refuse of requests for embeddings.</summary>
internal static class EmbeddingRequests
{
    private const int MostOfOpenAi = 2_048;
    private const int MostOfGemini = 100;

    public static string? RefuseOpenAi(SimulatedCall call)
    {
        if (call.Inputs is not { Count: > 0 and <= MostOfOpenAi } inputs || inputs.Any(static input => input.Length == 0))
        {
            return "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.";
        }

        return (string?)call.Body["encoding_format"] is null or "float" or "base64"
            ? null
            : "Invalid value for 'encoding_format'.";
    }

    public static IReadOnlyList<string> GeminiTexts(JsonObject body) =>
        [.. (body["requests"] as JsonArray ?? []).Select(static one => (string?)one?["content"]?["parts"]?[0]?["text"] ?? "")];

    public static string? RefuseGemini(SimulatedCall call)
    {
        var requests = call.Body["requests"] as JsonArray ?? [];
        return requests.Count > MostOfGemini
            ? "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch"
            : requests.Any(one => (string?)one?["model"] != $"models/{call.Model}") ? "* BatchEmbedContentsRequest.requests[0].model: unexpected model name format"
            : call.Inputs!.Any(static input => input.Length == 0) ? "* EmbedContentRequest.content contains an empty Part."
            : null;
    }
}
