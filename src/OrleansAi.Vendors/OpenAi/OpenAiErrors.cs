using System.ClientModel.Primitives;
using System.Globalization;
using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Vendors.Pipeline;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>Errors of the vendor in our own words.</summary>
internal static class OpenAiErrors
{
    private const int LongestMessage = 300;

    /// <summary>An answer with an error status.</summary>
    public static VendorException OfStatus(PipelineResponse response, ReadOnlySpan<byte> body)
    {
        var (code, message) = Read(body);
        var status = response.Status;
        var isTransient = status is 408 or 409 or 429 or >= 500 && code != "insufficient_quota";
        return new VendorException(
            code == "context_length_exceeded" ? ErrorCodes.ContextTooLong
            : status is 429 or 503 or 529 ? ErrorCodes.VendorUnavailable
            : status is 408 or 504 ? ErrorCodes.VendorTimeout
            : ErrorCodes.VendorFailed,
            $"The vendor answered HTTP {status}{(code is null ? "" : $" ({code})")}: {message}",
            isTransient)
        {
            HttpStatus = status,
            RetryAfter = RetryAfter(response),
        };
    }

    /// <summary>An error in the place of an answer, or in the middle of a stream.</summary>
    public static VendorException InBody(JsonElement error) => new(
        ErrorCodes.VendorFailed, $"The vendor sent an error in its answer: {Describe(error).Message}", isTransient: true)
    {
        HttpStatus = 200,
    };

    /// <summary>An answer that is not what the vendor's contract says.</summary>
    public static VendorException Contract(string what, Exception? inner = null) =>
        new(ErrorCodes.VendorContractViolated, $"The vendor broke its contract: {what}", isTransient: false, inner) { HttpStatus = 200 };

    /// <summary>A stream that ended too early.</summary>
    public static VendorException Cut(Exception? inner = null) =>
        new(ErrorCodes.VendorFailed, "The vendor's stream ended before its terminal event.", isTransient: true, inner) { HttpStatus = 200 };

    /// <summary>The vendor could not be reached or the connection broke.</summary>
    public static VendorException Network(Exception exception) => new(
        ErrorCodes.VendorUnavailable,
        $"The vendor cannot be reached: {(exception.InnerException ?? exception).Message}",
        isTransient: true,
        exception);

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

    private static (string? Code, string Message) Describe(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.String)
        {
            return (null, Short(error.GetString()!));
        }

        return error.ValueKind != JsonValueKind.Object ? (null, "no message") : (Text("code"), Short(Text("message") ?? "no message"));

        string? Text(string name) =>
            error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static string Short(string text) => text.Length <= LongestMessage ? text : text[..LongestMessage] + "…";

    private static TimeSpan? RetryAfter(PipelineResponse response)
    {
        if (response.Headers.TryGetValue("retry-after-ms", out var text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is >= 0 and < 1e9)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        return response.Headers.TryGetValue("retry-after", out text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and < 1e6
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }
}
