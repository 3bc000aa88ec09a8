using System.Text.Json;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Ollama;

/// <summary>Errors as Ollama writes them: <c>{"error": "text"}</c>.</summary>
internal static class OllamaErrors
{
    /// <summary>An answer with an error status.</summary>
    public static VendorException OfStatus(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var message = Read(body.Span);
        VendorFault? fault = message.Contains("context length", StringComparison.OrdinalIgnoreCase) ? VendorFault.ContextLength
            : message.StartsWith("content_filter", StringComparison.Ordinal) ? VendorFault.ContentPolicy : null;
        return VendorErrors.OfStatus(
            (int)response.StatusCode,
            null,
            message,
            name => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null,
            fault);
    }

    private static string Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, OllamaJson.Default.OllamaChatWire)?.Error ?? "no message";
        }
        catch (JsonException)
        {
            // A proxy's page in the place of the vendor's error; the status says enough.
            return "no message";
        }
    }
}
