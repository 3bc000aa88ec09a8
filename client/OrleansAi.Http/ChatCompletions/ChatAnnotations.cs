using System.Text.Json;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Http.ChatCompletions;

/// <summary>Citations as chat completions have them: of one text, and one level deeper than in items.</summary>
internal static class ChatAnnotations
{
    /// <summary>Writes the citations of an answer; their places count from the beginning of all its text, in characters.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Item> output)
    {
        json.WriteStartArray("annotations");
        var before = 0;
        foreach (var item in Any(output) ? output : [])
        {
            if (before > 0 && ChatCompletionWriter.IsApart(item))
            {
                before += ChatCompletionWriter.Gap.Length;
            }

            foreach (var part in item.Kind == ItemKind.Message ? item.Parts : [])
            {
                if (part.Annotations is { } annotations)
                {
                    Write(json, annotations, before);
                }

                if (part.Kind == ContentPartKind.OutputText)
                {
                    before += part.Text.EnumerateRunes().Count();
                }
            }
        }

        json.WriteEndArray();
    }

    /// <summary>True when there are citations at all.</summary>
    public static bool Any(IReadOnlyList<Item> output) => output.Any(HasAnnotations);

    private static bool HasAnnotations(Item item) => item.Parts.Any(static part => part.Annotations is not null);

    private static void Write(Utf8JsonWriter json, string annotations, int before)
    {
        using var document = JsonDocument.Parse(annotations);
        foreach (var citation in document.RootElement.EnumerateArray())
        {
            if (citation.GetProperty("type").ValueEquals("file_citation"))
            {
                Write(json, citation, before);
                continue;
            }

            json.WriteStartObject();
            json.WriteString("type", "url_citation");
            json.WriteStartObject("url_citation");
            json.WriteNumber("end_index", citation.GetProperty("end_index").GetInt32() + before);
            json.WriteNumber("start_index", citation.GetProperty("start_index").GetInt32() + before);
            json.WriteString("title", citation.GetProperty("title").GetString());
            json.WriteString("url", citation.GetProperty("url").GetString());
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    // Chat completions have no words of their own for passages of files; it is the same citation, one level deeper.
    private static void Write(Utf8JsonWriter json, JsonElement citation, int before)
    {
        json.WriteStartObject();
        json.WriteString("type", "file_citation");
        json.WriteStartObject("file_citation");
        foreach (var property in citation.EnumerateObject())
        {
            if (property.NameEquals("index"))
            {
                json.WriteNumber("index", property.Value.GetInt32() + before);
            }
            else if (!property.NameEquals("type"))
            {
                property.WriteTo(json);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
