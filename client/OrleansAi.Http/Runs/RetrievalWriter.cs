using System.Text.Json;
using OrleansAi.Contracts.Retrieval;

namespace OrleansAi.Http.Runs;

/// <summary>What a run was told out of collections, and what was considered for its model call.</summary>
internal static class RetrievalWriter
{
    /// <summary>What was retrieved. The passages' texts stand with the run's own content, so that there is one place to delete them from.</summary>
    public static void Write(Utf8JsonWriter json, RetrievalView retrieval)
    {
        json.WriteStartObject("retrieval");
        json.WriteString("staleness", retrieval.Staleness);
        json.WriteString("query", retrieval.Query);
        json.WriteStartArray("collections");
        foreach (var collection in retrieval.Collections)
        {
            json.WriteStartObject();
            json.WriteString("id", collection.Id);
            json.WriteNumber("version", collection.Version);
            json.WriteString("embedding_model", collection.EmbeddingModel);
            json.WriteString("staleness", collection.IsAtVersion ? "at_version" : retrieval.Collections.Any(static one => one.IsAtVersion) ? "fresh" : retrieval.Staleness);
            json.WriteString("cache", collection.IsCached ? "hit" : "miss");
            json.WriteStartArray("missing");
            foreach (var shard in collection.Missing)
            {
                json.WriteStringValue(shard);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("passages");
        foreach (var (place, passage) in retrieval.Passages.Index())
        {
            json.WriteStartObject();
            json.WriteNumber("number", place + 1);
            WriteSource(json, passage);
            json.WriteNumber("score", passage.Score);
            json.WriteNumber("tokens", passage.Tokens);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What was considered for the model call, in its order.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ContextPiece> pieces, IReadOnlyList<RetrievedPassage> passages)
    {
        json.WriteStartArray("context");
        foreach (var (order, piece) in pieces.Index())
        {
            json.WriteStartObject();
            json.WriteNumber("order", order);
            json.WriteString("kind", piece.Kind switch
            {
                ContextPieceKind.Instructions => "instructions",
                ContextPieceKind.History => "history",
                ContextPieceKind.Passage => "passage",
                ContextPieceKind.Tool => "tool",
                _ => "message",
            });
            json.WriteBoolean("kept", piece.Drop == ContextDrop.None);
            json.WriteString("reason", piece.Drop switch
            {
                ContextDrop.Window => "window",
                ContextDrop.Budget => "budget",
                ContextDrop.Duplicate => "duplicate",
                ContextDrop.Untrusted => "untrusted_context",
                ContextDrop.NotAllowed => "not_allowed",
                _ => null,
            });
            json.WriteNumber("tokens", piece.Tokens);
            json.WriteString("hash", piece.Hash.Length == 0 ? null : piece.Hash);
            if (piece.Passage is { } place && place < passages.Count)
            {
                json.WriteBoolean("trusted", false);
                json.WriteStartObject("source");
                WriteSource(json, passages[place]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSource(Utf8JsonWriter json, RetrievedPassage passage)
    {
        json.WriteString("vector_store_id", passage.CollectionId);
        json.WriteNumber("version", passage.Version);
        json.WriteString("file_id", passage.DocumentId);
        json.WriteString("document_hash", passage.DocumentHash);
        json.WriteNumber("index", passage.Index);
        json.WriteNumber("start", passage.Start);
        json.WriteNumber("length", passage.Length);
    }
}
