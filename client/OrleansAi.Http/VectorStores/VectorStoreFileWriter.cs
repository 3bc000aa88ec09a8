using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Http.VectorStores;

/// <summary>Files and file batches of vector stores as OpenAI's API has them.</summary>
internal static class VectorStoreFileWriter
{
    /// <summary>Answers with a file.</summary>
    public static Task WriteAsync(HttpContext context, CollectionDocumentView document)
    {
        VectorStoreWriter.TellVersion(context, document.Version);
        return JsonAnswer.WriteAsync(context, document, Write);
    }

    /// <summary>Answers with a page of files.</summary>
    public static Task WriteAsync(HttpContext context, DocumentPage page) => JsonAnswer.WriteAsync(context, page, static (json, page) =>
        ListPage.Write(json, page.Documents, page.HasMore, static document => document.Id, Write));

    /// <summary>Answers with a file batch.</summary>
    public static Task WriteAsync(HttpContext context, DocumentBatchView batch) => JsonAnswer.WriteAsync(context, batch, Write);

    /// <summary>Answers with the text of a file as it is searched.</summary>
    public static Task WriteContentAsync(HttpContext context, IReadOnlyList<string> chunks) => JsonAnswer.WriteAsync(context, chunks, static (json, chunks) =>
    {
        json.WriteStartObject();
        json.WriteString("object", "vector_store.file_content.page");
        json.WriteStartArray("data");
        foreach (var chunk in chunks)
        {
            WriteText(json, chunk);
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", false);
        json.WriteNull("next_page");
        json.WriteEndObject();
    });

    /// <summary>Answers that a file is not in its vector store any more.</summary>
    public static Task WriteRemovedAsync(HttpContext context, string id, long version)
    {
        VectorStoreWriter.TellVersion(context, version);
        return JsonAnswer.WriteAsync(context, (id, version), static (json, removed) =>
        {
            json.WriteStartObject();
            json.WriteString("id", removed.id);
            json.WriteString("object", "vector_store.file.deleted");
            json.WriteBoolean("deleted", true);
            json.WriteNumber("version", removed.version);
            json.WriteEndObject();
        });
    }

    /// <summary>Writes attributes.</summary>
    public static void WriteAttributes(Utf8JsonWriter json, IReadOnlyDictionary<string, CollectionAttribute> attributes)
    {
        json.WriteStartObject("attributes");
        foreach (var (key, value) in attributes.OrderBy(static attribute => attribute.Key, StringComparer.Ordinal))
        {
            if (value.Number is { } number)
            {
                json.WriteNumber(key, number);
            }
            else if (value.Flag is { } flag)
            {
                json.WriteBoolean(key, flag);
            }
            else
            {
                json.WriteString(key, value.Text);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a text as a part of a content.</summary>
    public static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CollectionDocumentView document)
    {
        json.WriteStartObject();
        json.WriteString("id", document.Id);
        json.WriteString("object", "vector_store.file");
        json.WriteNumber("created_at", document.CreatedAt / 1_000);
        json.WriteNumber("usage_bytes", document.Bytes);
        json.WriteString("vector_store_id", document.CollectionId);
        json.WriteString("status", document.Status switch
        {
            CollectionDocumentStatus.InProgress => "in_progress",
            CollectionDocumentStatus.Completed => "completed",
            CollectionDocumentStatus.Failed => "failed",
            _ => "cancelled",
        });
        WriteError(json, document);
        WriteAttributes(json, document.Attributes);
        json.WriteStartObject("chunking_strategy");
        json.WriteString("type", "static");
        json.WriteStartObject("static");
        json.WriteNumber("max_chunk_size_tokens", document.Chunking.MaxTokens);
        json.WriteNumber("chunk_overlap_tokens", document.Chunking.OverlapTokens);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteNumber("version", document.Version);
        WriteProgress(json, document.Progress);
        json.WriteEndObject();
    }

    private static void WriteProgress(Utf8JsonWriter json, DocumentProgressView? progress)
    {
        if (progress is null)
        {
            return;
        }

        json.WriteStartObject("progress");
        json.WriteString("stage", progress.Stage);
        json.WriteNumber("chunks", progress.Chunks);
        json.WriteNumber("chunks_embedded", progress.EmbeddedChunks);
        json.WriteEndObject();
    }

    // The API has three codes; what exactly was wrong is in the message.
    private static void WriteError(Utf8JsonWriter json, CollectionDocumentView document)
    {
        if (document.Status != CollectionDocumentStatus.Failed)
        {
            json.WriteNull("last_error");
            return;
        }

        json.WriteStartObject("last_error");
        json.WriteString("code", document.FailureCode switch
        {
            ErrorCodes.UnsupportedFile => "unsupported_file",
            ErrorCodes.InvalidFile or ErrorCodes.DocumentTooLarge or ErrorCodes.DocumentTimeout or ErrorCodes.FileNotFound
                or ErrorCodes.InvalidRequest => "invalid_file",
            _ => "server_error",
        });
        json.WriteString("message", document.FailureMessage ?? "The file could not be ingested.");
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DocumentBatchView batch)
    {
        var counts = batch.Documents;
        json.WriteStartObject();
        json.WriteString("id", batch.Id);
        json.WriteString("object", "vector_store.files_batch");
        json.WriteNumber("created_at", batch.CreatedAt / 1_000);
        json.WriteString("vector_store_id", batch.CollectionId);
        json.WriteString(
            "status",
            batch.IsCancelled ? "cancelled" : counts.InProgress > 0 ? "in_progress" : counts.Failed > 0 && counts.Failed == counts.Total ? "failed" : "completed");
        VectorStoreWriter.WriteCounts(json, counts);
        json.WriteEndObject();
    }
}
