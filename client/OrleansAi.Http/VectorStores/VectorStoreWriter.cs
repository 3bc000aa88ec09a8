using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Collections;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.VectorStores;

/// <summary>Vector stores as OpenAI's API has them, with the version of what is told.</summary>
internal static class VectorStoreWriter
{
    /// <summary>Says of which version an answer is: what a later read names to see at least that much.</summary>
    public static void TellVersion(HttpContext context, long version) =>
        context.Response.Headers[HeaderNames.CollectionVersion] = version.ToString(CultureInfo.InvariantCulture);

    /// <summary>Answers with a vector store.</summary>
    public static Task WriteAsync(HttpContext context, CollectionView collection)
    {
        TellVersion(context, collection.Version);
        return JsonAnswer.WriteAsync(context, collection, Write);
    }

    /// <summary>Answers with a page of vector stores.</summary>
    public static Task WriteAsync(HttpContext context, CollectionPage page) => JsonAnswer.WriteAsync(context, page, static (json, page) =>
        ListPage.Write(json, page.Collections, page.HasMore, static collection => collection.Id, Write));

    /// <summary>Writes how many files are how far.</summary>
    public static void WriteCounts(Utf8JsonWriter json, DocumentCounts counts)
    {
        json.WriteStartObject("file_counts");
        json.WriteNumber("in_progress", counts.InProgress);
        json.WriteNumber("completed", counts.Completed);
        json.WriteNumber("failed", counts.Failed);
        json.WriteNumber("cancelled", counts.Cancelled);
        json.WriteNumber("total", counts.Total);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CollectionView collection)
    {
        json.WriteStartObject();
        json.WriteString("id", collection.Id);
        json.WriteString("object", "vector_store");
        json.WriteNumber("created_at", collection.CreatedAt / 1_000);
        json.WriteString("name", collection.Name);
        if (collection.Description is { } description)
        {
            json.WriteString("description", description);
        }

        json.WriteNumber("usage_bytes", collection.Bytes);
        WriteCounts(json, collection.Documents);
        json.WriteString("status", collection.IsExpired ? "expired" : collection.Documents.InProgress > 0 ? "in_progress" : "completed");
        if (collection.ExpiresAfterDays is { } days)
        {
            json.WriteStartObject("expires_after");
            json.WriteString("anchor", "last_active_at");
            json.WriteNumber("days", days);
            json.WriteEndObject();
        }

        if (collection.ExpiresAt is { } end)
        {
            json.WriteNumber("expires_at", end / 1_000);
        }
        else
        {
            json.WriteNull("expires_at");
        }

        json.WriteNumber("last_active_at", collection.LastActiveAt / 1_000);
        ResponseWriter.WriteMetadata(json, collection.Metadata);
        json.WriteNumber("version", collection.Version);
        json.WriteNumber("oldest_version", collection.OldestVersion);
        json.WriteString("embedding_model", collection.EmbeddingModel);
        json.WriteNumber("dimensions", collection.Dimensions);
        if (collection.Reindex is { } reindex)
        {
            json.WriteStartObject("reindex");
            json.WriteString("embedding_model", reindex.EmbeddingModel);
            json.WriteNumber("dimensions", reindex.Dimensions);
            json.WriteNumber("files_completed", reindex.Completed);
            json.WriteNumber("files_total", reindex.Total);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
