using System.Text.Json;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Anthropic;

/// <summary>Errors as Anthropic writes them: <c>{"type": "error", "error": {"type", "message", "details"}, "request_id"}</c>.</summary>
internal static class AnthropicErrors
{
    /// <summary>What a spent account's errors say; they come as 400, 402 and 429, and waiting helps against none of them.</summary>
    private static readonly string[] Spent = ["spend", "billing", "credit balance", "specified API usage limits"];

    /// <summary>What an input that is too long is answered with.</summary>
    private static readonly string[] TooLong =
        ["prompt is too long", "exceed context limit", "exceeds the context", "context window"];

    /// <summary>An answer with an error status.</summary>
    public static VendorException OfStatus(int status, ReadOnlySpan<byte> body, Func<string, string?> header)
    {
        var error = Read(body);
        var (code, message) = Describe(error);
        return VendorErrors.OfStatus(status, code, message, header, Fault(code, error, status));
    }

    /// <summary>An error in the place of an answer, or in the middle of a stream.</summary>
    public static VendorException InBody(JsonElement root)
    {
        var error = Inner(root);
        var (code, message) = Describe(error);
        return VendorErrors.InBody(code, message, Fault(code, error, status: null));
    }

    /// <summary>True for an error in the place of an answer.</summary>
    public static bool IsError(JsonElement root) => VendorErrors.Text(root, "type") == "error"
        || (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object);

    private static VendorFault? Fault(string? code, JsonElement error, int? status)
    {
        var isLimit = code is "rate_limit_error" or "invalid_request_error" || status is 429;
        if (code is "billing_error" || (isLimit && Says(error, Spent)))
        {
            return VendorFault.QuotaExhausted;
        }

        return code switch
        {
            "invalid_request_error" => Says(error, TooLong) ? VendorFault.ContextLength : VendorFault.BadRequest,
            "request_too_large" or "not_found_error" => VendorFault.BadRequest,
            "authentication_error" or "permission_error" => VendorFault.Unauthorized,
            "rate_limit_error" => VendorFault.RateLimited,
            "overloaded_error" => VendorFault.Overloaded,
            "timeout_error" => VendorFault.Timeout,
            "api_error" => VendorFault.Server,
            _ => null,
        };
    }

    /// <summary>Looks into the details too: their codes are more stable than the message.</summary>
    private static bool Says(JsonElement error, string[] words) => error.ValueKind != JsonValueKind.Undefined
        && words.Any(word => error.GetRawText().Contains(word, StringComparison.OrdinalIgnoreCase));

    private static JsonElement Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return Inner(JsonElement.ParseValue(ref reader));
        }
        catch (JsonException)
        {
            // A proxy's page in the place of the vendor's error; the status says enough.
            return default;
        }
    }

    private static JsonElement Inner(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) ? error : default;

    private static (string? Code, string Message) Describe(JsonElement error) => error.ValueKind == JsonValueKind.String
        ? (null, error.GetString()!)
        : (VendorErrors.Text(error, "type"), VendorErrors.Text(error, "message") ?? "no message");
}
