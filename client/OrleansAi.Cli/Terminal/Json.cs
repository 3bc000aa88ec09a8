using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansAi.Cli.Terminal;

/// <summary>JSON for programs and in answers.</summary>
internal static class Json
{
    /// <summary>Over several lines.</summary>
    public static string Indented(JsonNode node) => Write(node, isIndented: true);

    /// <summary>On one line.</summary>
    public static string Line(JsonNode node) => Write(node, isIndented: false);

    /// <summary>A text, a number or a truth as text; null where there is none.</summary>
    public static string? Text(this JsonNode? node, string name) => node is JsonObject fields ? Scalar(fields[name]) : null;

    /// <summary>A number; null where there is none.</summary>
    public static double? Number(this JsonNode? node, string name) =>
        node is JsonObject fields && fields[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)
            : null;

    /// <summary>True where it says so.</summary>
    public static bool Flag(this JsonNode? node, string name) =>
        node is JsonObject fields && fields[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>The entries of a list; none where there is no list.</summary>
    public static IEnumerable<JsonNode> List(this JsonNode? node, string name) =>
        (node is JsonObject fields ? fields[name] as JsonArray : null)?.Where(static entry => entry is not null).Select(static entry => entry!) ?? [];

    /// <summary>A value as text; null for null, objects and lists.</summary>
    public static string? Scalar(JsonNode? node) => node is not JsonValue value ? null
        : value.TryGetValue<string>(out var text) ? text
        : value.ToJsonString();

    private static string Write(JsonNode node, bool isIndented)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = isIndented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            node.WriteTo(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
