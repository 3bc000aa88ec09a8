using System.Globalization;
using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Gemini;

/// <summary>Errors as Google writes them: <c>{"error": {"code", "message", "status", "details"}}</c>, sometimes inside a list.</summary>
internal static class GeminiErrors
{
    /// <summary>What a spent account's errors say beside a quota of the day.</summary>
    private static readonly string[] Spent = ["PerDay", "spending cap", "credits are depleted"];

    /// <summary>An answer with an error status.</summary>
    public static VendorException OfStatus(int status, ReadOnlySpan<byte> body, Func<string, string?> header)
    {
        var error = Read(body);
        var code = VendorErrors.Text(error, "status");
        return VendorErrors.OfStatus(
            status, code, Message(error), name => header(name) ?? (name == "retry-after" ? RetryDelay(error) : null), Fault(code, error));
    }

    /// <summary>An error in the place of an answer, or in the middle of a stream.</summary>
    public static VendorException InBody(JsonElement error)
    {
        var code = VendorErrors.Text(error, "status");
        return VendorErrors.InBody(code, Message(error), Fault(code, error));
    }

    /// <summary>The error in a body that is no answer, or null.</summary>
    public static JsonElement? Find(ReadOnlySpan<byte> body) =>
        Read(body) is { ValueKind: not JsonValueKind.Undefined } error ? error : null;

    /// <summary>An answer that the model spoilt and another attempt may not.</summary>
    public static VendorException Spoilt(string what) =>
        new(ErrorCodes.VendorContractViolated, $"The vendor gave no usable answer: {what}", isTransient: true)
        {
            Fault = VendorFault.Contract,
            HttpStatus = 200,
        };

    private static VendorFault? Fault(string? status, JsonElement error) => status switch
    {
        "RESOURCE_EXHAUSTED" => Says(error, Spent) ? VendorFault.QuotaExhausted : VendorFault.RateLimited,
        "INVALID_ARGUMENT" when Says(error, ["API_KEY_INVALID", "API key not valid"]) => VendorFault.Unauthorized,
        "INVALID_ARGUMENT" when Says(error, ["token count"]) && Says(error, ["exceeds"]) => VendorFault.ContextLength,
        "INVALID_ARGUMENT" or "FAILED_PRECONDITION" or "OUT_OF_RANGE" or "NOT_FOUND" => VendorFault.BadRequest,
        "UNAUTHENTICATED" or "PERMISSION_DENIED" => VendorFault.Unauthorized,
        "UNAVAILABLE" => VendorFault.Overloaded,
        "DEADLINE_EXCEEDED" => VendorFault.Timeout,
        "INTERNAL" or "UNKNOWN" or "CANCELLED" or "ABORTED" => VendorFault.Server,
        _ => null,
    };

    private static bool Says(JsonElement error, string[] words) => error.ValueKind == JsonValueKind.Object
        && words.Any(word => error.GetRawText().Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Message(JsonElement error) => VendorErrors.Text(error, "message") ?? "no message";

    /// <summary>The vendor says how long to wait in the body: <c>{"@type": "…RetryInfo", "retryDelay": "17s"}</c>.</summary>
    private static string? RetryDelay(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object
            || !error.TryGetProperty("details", out var details) || details.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var detail in details.EnumerateArray())
        {
            if (VendorErrors.Text(detail, "retryDelay") is { } delay && delay.EndsWith('s')
                && double.TryParse(delay.AsSpan()[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            {
                return delay[..^1];
            }
        }

        return null;
    }

    private static JsonElement Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            var root = JsonElement.ParseValue(ref reader);
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            {
                root = root[0];
            }

            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) ? error : default;
        }
        catch (JsonException)
        {
            // A proxy's page in the place of the vendor's error; the status says enough.
            return default;
        }
    }
}
