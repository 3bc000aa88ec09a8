using System.Text.Json;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.VectorStores;

namespace OrleansAi.Http.Responses;

/// <summary>Searches as the Responses API has them: the tool as it was asked for, and the item that it became.</summary>
internal static class FileSearchWriter
{
    /// <summary>What of a search's item follows its id.</summary>
    public static void WriteCall(Utf8JsonWriter json, Item item)
    {
        json.WriteString("type", "file_search_call");
        json.WriteStartArray("queries");
        foreach (var query in item.Search?.Queries ?? item.Parts.Select(static part => part.Text))
        {
            json.WriteStringValue(query);
        }

        json.WriteEndArray();
        if (item.Search?.Results is not { } results)
        {
            json.WriteNull("results");
            return;
        }

        json.WriteStartArray("results");
        foreach (var passage in results)
        {
            json.WriteStartObject();
            json.WriteString("file_id", passage.DocumentId);
            json.WriteString("filename", passage.Name);
            json.WriteNumber("score", passage.Score);
            VectorStoreFileWriter.WriteAttributes(json, passage.Attributes);
            json.WriteString("text", passage.Text);
            json.WriteString("vector_store_id", passage.CollectionId);
            json.WriteNumber("vector_store_version", passage.Version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The tool as it was asked for.</summary>
    public static void WriteTool(Utf8JsonWriter json, FileSearch search)
    {
        json.WriteStartObject();
        json.WriteString("type", "file_search");
        json.WriteStartArray("vector_store_ids");
        foreach (var id in search.Collections)
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
        json.WriteNumber("max_num_results", search.MaxResults ?? FileSearch.DefaultMaxResults);
        json.WriteStartObject("ranking_options");
        json.WriteString("ranker", search.Ranker ?? "auto");
        json.WriteNumber("score_threshold", search.ScoreThreshold);
        if (search is { VectorWeight: { } vector, LexicalWeight: { } lexical })
        {
            json.WriteStartObject("hybrid_search");
            json.WriteNumber("embedding_weight", vector);
            json.WriteNumber("text_weight", lexical);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (search.Filter is { } filter)
        {
            json.WritePropertyName("filters");
            JsonText.WriteCompact(json, filter);
        }
        else
        {
            json.WriteNull("filters");
        }

        json.WriteString("staleness", search.AtVersion is null ? "fresh" : "at_version");
        Number("at_version", search.AtVersion);
        Number("min_version", search.MinVersion);
        json.WriteEndObject();

        void Number(string name, long? version)
        {
            if (version is { } given)
            {
                json.WriteNumber(name, given);
            }
        }
    }
}
