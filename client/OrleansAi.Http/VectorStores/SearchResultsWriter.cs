using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Collections;

namespace OrleansAi.Http.VectorStores;

/// <summary>What a search has found, as OpenAI's API has it, with its version and what is missing in it.</summary>
internal static class SearchResultsWriter
{
    /// <summary>Answers with what was found.</summary>
    public static Task WriteAsync(HttpContext context, IReadOnlyList<string> queries, CollectionAnswer answer)
    {
        VectorStoreWriter.TellVersion(context, answer.Version);
        return JsonAnswer.WriteAsync(context, (queries, answer), static (json, found) => Write(json, found.queries, found.answer));
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<string> queries, CollectionAnswer answer)
    {
        json.WriteStartObject();
        json.WriteString("object", "vector_store.search_results.page");
        WriteTexts(json, "search_query", queries);
        json.WriteStartArray("data");
        foreach (var passage in answer.Passages)
        {
            Write(json, passage);
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", false);
        json.WriteNull("next_page");
        json.WriteNumber("version", answer.Version);
        json.WriteBoolean("partial", answer.Missing.Count > 0);
        WriteTexts(json, "missing", answer.Missing);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PassageView passage)
    {
        json.WriteStartObject();
        json.WriteString("file_id", passage.DocumentId);
        json.WriteString("filename", passage.Name);
        json.WriteNumber("score", passage.Score);
        VectorStoreFileWriter.WriteAttributes(json, passage.Attributes);
        json.WriteStartArray("content");
        VectorStoreFileWriter.WriteText(json, passage.Text);
        json.WriteEndArray();
        json.WriteStartObject("passage");
        json.WriteString("document_hash", passage.DocumentHash);
        json.WriteNumber("index", passage.Index);
        json.WriteNumber("start", passage.Start);
        json.WriteNumber("tokens", passage.Tokens);
        WriteTexts(json, "headings", passage.HeadingPath);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
