using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>What a text refers to, as the Responses API has it: its places and its addresses.</summary>
/// <param name="Json">A JSON array of <c>url_citation</c> objects; null for none.</param>
/// <param name="LeftOut">A kind of annotation that is not carried on; null for none.</param>
internal sealed record Citations(string? Json, string? LeftOut);

/// <summary>
/// Reads annotations in OpenAI's two forms: chat completions have what belongs to a citation one level deeper. An empty list,
/// which nearly every text has, is nothing.
/// </summary>
internal sealed class CitationsConverter : JsonConverter<Citations>
{
    private const string UrlCitation = "url_citation";

    public override Citations? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("The annotations are not a list.");
        }

        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, JsonText.Plain);
        var (count, leftOut) = (0, (string?)null);
        json.WriteStartArray();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            var annotation = JsonElement.ParseValue(ref reader);
            if (Write(json, annotation))
            {
                count++;
            }
            else
            {
                leftOut ??= VendorErrors.Text(annotation, "type") ?? "";
            }
        }

        json.WriteEndArray();
        json.Flush();
        return new Citations(count > 0 ? Encoding.UTF8.GetString(buffer.WrittenSpan) : null, leftOut);
    }

    public override void Write(Utf8JsonWriter writer, Citations value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Answers are only read.");

    private static bool Write(Utf8JsonWriter json, JsonElement annotation)
    {
        if (VendorErrors.Text(annotation, "type") != UrlCitation)
        {
            return false;
        }

        var citation = annotation.TryGetProperty(UrlCitation, out var inner) ? inner : annotation;
        if (VendorErrors.Text(citation, "url") is not { } url
            || Place(citation, "start_index") is not { } start || Place(citation, "end_index") is not { } end)
        {
            return false;
        }

        json.WriteStartObject();
        json.WriteString("type", UrlCitation);
        json.WriteString("url", url);
        json.WriteNumber("start_index", start);
        json.WriteNumber("end_index", end);
        json.WriteString("title", VendorErrors.Text(citation, "title") ?? "");
        json.WriteEndObject();
        return true;
    }

    private static int? Place(JsonElement citation, string name) =>
        citation.TryGetProperty(name, out var place) && place.ValueKind == JsonValueKind.Number && place.TryGetInt32(out var index) && index >= 0
            ? index
            : null;
}
