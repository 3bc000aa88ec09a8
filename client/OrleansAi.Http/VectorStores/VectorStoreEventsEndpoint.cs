using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Collections;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.VectorStores;

/// <summary><c>GET /v1/vector_stores/{id}/events</c>: what happens while a vector store is ingested, as server-sent events.</summary>
internal static class VectorStoreEventsEndpoint
{
    private const string After = "starting_after";

    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls) =>
        routes.MapGet("/v1/vector_stores/{id}/events", context => FollowAsync(context, calls)).WithQuery(After);

    private static async Task FollowAsync(HttpContext context, FrontCalls calls)
    {
        var (id, last) = (VectorStoreQuery.Store(context), ReadAfter(context.Request.Query));
        var collections = calls.Of(context).Collections;

        // What is not there is told by a status, before the stream begins.
        await collections.GetAsync(id, context.RequestAborted);
        using var place = calls.Streams.Enter();
        var stream = new EventStream(context.Response, calls);
        await stream.BeginAsync();
        await StreamFault.TellAsync(
            stream,
            () => RunFollower.FollowAsync(calls, stop => collections.FollowAsync(id, last, stop), stream, Put, context.RequestAborted),
            error => StreamFault.WriteEvent(stream, error, last));

        bool Put(CollectionEvent next)
        {
            last = next.Sequence;
            stream.Write(TypeOf(next.Kind), (id, next), static (json, told) => Write(json, told.id, told.next));
            return true;
        }
    }

    private static long ReadAfter(IQueryCollection query)
    {
        var (text, after) = (query[After].ToString(), 0L);
        return text.Length == 0 || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after)
            ? after
            : throw Invalid.Request($"'{After}' is '{text}'; it must be a sequence number.", After);
    }

    private static string TypeOf(CollectionEventKind kind) => kind switch
    {
        CollectionEventKind.IngestionStarted => "vector_store.ingestion.started",
        CollectionEventKind.DocumentAccepted => "vector_store.file.accepted",
        CollectionEventKind.DocumentsCompleted => "vector_store.files.completed",
        CollectionEventKind.DocumentFailed => "vector_store.file.failed",
        CollectionEventKind.DocumentRemoved => "vector_store.file.removed",
        CollectionEventKind.IngestionCompleted => "vector_store.ingestion.completed",
        CollectionEventKind.ReindexStarted => "vector_store.reindex.started",
        CollectionEventKind.ReindexCompleted => "vector_store.reindex.completed",
        CollectionEventKind.ReindexAbandoned => "vector_store.reindex.abandoned",
        _ => "vector_store.expired",
    };

    private static void Write(Utf8JsonWriter json, string id, CollectionEvent told)
    {
        json.WriteStartObject();
        json.WriteString("type", TypeOf(told.Kind));
        json.WriteNumber("sequence_number", told.Sequence);
        json.WriteString("vector_store_id", id);
        json.WriteNumber("created_at", told.At / 1_000);
        if (told.Version is { } version)
        {
            json.WriteNumber("version", version);
        }

        json.WriteStartArray("files");
        foreach (var document in told.Documents)
        {
            json.WriteStartObject();
            json.WriteString("id", document.Id);
            if (document.Chunks is { } chunks)
            {
                json.WriteNumber("chunks", chunks);
            }

            if (document.FailureCode is { } code)
            {
                json.WriteStartObject("error");
                json.WriteString("code", code);
                json.WriteString("message", document.FailureMessage);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
