using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Vendors.Pipeline;

namespace OrleansAi.Vendors.Wire;

/// <summary>What every vendor's trouble has in common. Messages are cut and hold no header.</summary>
internal static class VendorErrors
{
    private const int LongestMessage = 300;

    /// <summary>The longest wait that is taken for one; what asks for more is a mistake or a ban.</summary>
    private const double MostSeconds = 1e6;

    /// <summary>An answer with an error status.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">The vendor's own code, or null.</param>
    /// <param name="message">The vendor's own message.</param>
    /// <param name="header">Finds a header of the answer.</param>
    /// <param name="fault">What the vendor's code means; null to judge by the status.</param>
    public static VendorException OfStatus(
        int status, string? code, string message, Func<string, string?> header, VendorFault? fault = null)
    {
        var kind = fault ?? status switch
        {
            401 or 403 => VendorFault.Unauthorized,
            402 => VendorFault.QuotaExhausted,
            408 or 504 => VendorFault.Timeout,
            429 => VendorFault.RateLimited,
            503 or 529 => VendorFault.Overloaded,
            409 or >= 500 => VendorFault.Server,
            _ => VendorFault.BadRequest,
        };
        return Of(kind, $"The vendor answered HTTP {status}{Words(kind, code, message)}", status, RetryAfter(header));
    }

    /// <summary>An error in the place of an answer, or in the middle of a stream.</summary>
    public static VendorException InBody(string? code, string message, VendorFault? fault = null) => Of(
        fault ?? VendorFault.Server,
        $"The vendor sent an error in its answer{Words(fault ?? VendorFault.Server, code, message)}",
        200,
        retryAfter: null);

    /// <summary>An answer that is not what the vendor's contract says.</summary>
    public static VendorException Contract(string what, Exception? inner = null) =>
        Of(VendorFault.Contract, $"The vendor broke its contract: {what}", 200, null, inner);

    /// <summary>A stream that ended too early.</summary>
    public static VendorException Cut(Exception? inner = null) =>
        Of(VendorFault.Cut, "The vendor's stream ended before its terminal event.", 200, null, inner);

    /// <summary>The request has something that this vendor's wire cannot carry: the caller's to change, not the vendor's.</summary>
    /// <param name="what">What, and what to do.</param>
    /// <param name="param">The name of the wish, as the Responses API has it.</param>
    public static VendorException Unsupported(string what, string param = "input") =>
        new(Code(VendorFault.Unsupported), what, isTransient: false) { Fault = VendorFault.Unsupported, Param = param };

    /// <summary>The vendor could not be reached or the connection broke.</summary>
    public static VendorException Network(Exception exception) => Of(
        VendorFault.Network,
        $"The vendor cannot be reached: {Short((exception.InnerException ?? exception).Message)}",
        null,
        null,
        exception);

    /// <summary>True for what a broken connection throws.</summary>
    public static bool IsNetwork(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is HttpRequestException or IOException or OperationCanceledException or SocketException;

    /// <summary>A failure of a kind, with the code that callers see and whether the same call may succeed later.</summary>
    public static VendorException Of(VendorFault fault, string message, int? status, TimeSpan? retryAfter, Exception? inner = null) =>
        new(Code(fault), message, IsTransient(fault), inner) { Fault = fault, HttpStatus = status, RetryAfter = retryAfter };

    /// <summary>
    /// How long the vendor asks to wait, from <c>retry-after-ms</c> or <c>retry-after</c> (seconds or an HTTP date). Negative
    /// and senseless values are no answer.
    /// </summary>
    public static TimeSpan? RetryAfter(Func<string, string?> header)
    {
        if (Number(header("retry-after-ms")) is >= 0 and < MostSeconds * 1_000 and var milliseconds)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        var after = header("retry-after");
        if (Number(after) is { } seconds)
        {
            return seconds is >= 0 and < MostSeconds ? TimeSpan.FromSeconds(seconds) : null;
        }

        // A date is measured against the vendor's own clock, which may be wrong in the same way.
        return Date(after) is { } until && Date(header("date")) is { } now && until >= now ? until - now : null;
    }

    /// <summary>A text of the vendor's, short enough for a message.</summary>
    public static string Short(string text) => text.Length <= LongestMessage ? text : text[..LongestMessage] + "…";

    /// <summary>A string member of an object, or null.</summary>
    public static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    // What a vendor says of a key may hold a piece of it, and goes to callers who must not see any of ours.
    private static string Words(VendorFault fault, string? code, string message) => fault == VendorFault.Unauthorized
        ? ": it does not accept the key that is configured for it."
        : $"{(code is null ? "" : $" ({code})")}: {Short(message)}";

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsTransient(VendorFault fault) => fault is VendorFault.Network or VendorFault.Timeout
        or VendorFault.FirstTokenTimeout or VendorFault.Stall or VendorFault.Cut or VendorFault.RateLimited
        or VendorFault.Overloaded or VendorFault.Server;

    private static string Code(VendorFault fault) => fault switch
    {
        VendorFault.ContextLength => ErrorCodes.ContextTooLong,
        VendorFault.Unsupported => ErrorCodes.InvalidRequest,
        VendorFault.Contract => ErrorCodes.VendorContractViolated,
        VendorFault.Timeout or VendorFault.FirstTokenTimeout or VendorFault.Stall => ErrorCodes.VendorTimeout,
        VendorFault.Network or VendorFault.RateLimited or VendorFault.QuotaExhausted or VendorFault.Overloaded
            or VendorFault.Bulkhead or VendorFault.BreakerOpen or VendorFault.ClientRateLimit => ErrorCodes.VendorUnavailable,
        _ => ErrorCodes.VendorFailed,
    };
}
