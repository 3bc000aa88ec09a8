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
}
