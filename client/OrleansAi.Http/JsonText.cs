using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansAi.Http;

/// <summary>How JSON is written.</summary>
internal static class JsonText
{
    /// <summary>
    /// Texts of all languages stand as they are. What the relaxed encoder leaves unescaped matters inside HTML only, and
    /// these answers are never part of a page.
    /// </summary>
    public static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    // Deeper than any body that is taken.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_024 };

    /// <summary>
    /// Writes a JSON text as a value without the white space that it was given with: a line break would end the line of a
    /// server-sent event.
    /// </summary>
    public static void WriteCompact(Utf8JsonWriter json, string text)
    {
        using var document = JsonDocument.Parse(text, Deep);
        document.RootElement.WriteTo(json);
    }
}
