using System.ClientModel.Primitives;
using System.Text.Json;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>Errors as OpenAI and those who speak its formats write them: <c>{"error": {"message", "type", "param", "code"}}</c>.</summary>
internal static class OpenAiErrors
{
    /// <summary>An answer with an error status.</summary>
    public static VendorException OfStatus(PipelineResponse response, ReadOnlySpan<byte> body)
    {
        var (code, message) = Read(body);
        return VendorErrors.OfStatus(
            response.Status, code, message, name => response.Headers.TryGetValue(name, out var value) ? value : null, Fault(code, message));
    }

    /// <summary>An error in the place of an answer, or in the middle of a stream.</summary>
    public static VendorException InBody(JsonElement error)
    {
        var (code, message) = Describe(error);
        return VendorErrors.InBody(code, message, Fault(code, message));
    }

    private static VendorFault? Fault(string? code, string message) => code switch
    {
        "context_length_exceeded" => VendorFault.ContextLength,
        "content_filter" or "content_policy_violation" => VendorFault.ContentPolicy,
        "insufficient_quota" or "billing_hard_limit_reached" => VendorFault.QuotaExhausted,
        "rate_limit_exceeded" => VendorFault.RateLimited,

        // Embeddings have no code for it.
        _ when message.Contains("maximum context length", StringComparison.OrdinalIgnoreCase) => VendorFault.ContextLength,
        _ => null,
    };

    private static (string? Code, string Message) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            var root = JsonElement.ParseValue(ref reader);
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error)
                ? Describe(error)
                : (null, "no message");
        }
        catch (JsonException)
        {
            // A proxy's page in the place of the vendor's error; the status says enough.
            return (null, "no message");
        }
    }

    private static (string? Code, string Message) Describe(JsonElement error) => error.ValueKind == JsonValueKind.String
        ? (null, error.GetString()!)
        : (VendorErrors.Text(error, "code") ?? VendorErrors.Text(error, "type"), VendorErrors.Text(error, "message") ?? "no message");
}
