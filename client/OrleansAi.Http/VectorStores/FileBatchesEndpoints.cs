using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Collections;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary><c>/v1/vector_stores/{id}/file_batches</c>: documents that are added together.</summary>
internal static class FileBatchesEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapPost("/v1/vector_stores/{id}/file_batches", context => AddAsync(context, calls)).WithMetadata(NewWork.Other);
        routes.MapGet("/v1/vector_stores/{id}/file_batches/{batch}", async context => await VectorStoreFileWriter.WriteAsync(
            context,
            await calls.Of(context).Collections.GetBatchAsync(
                VectorStoreQuery.Store(context), VectorStoreQuery.Batch(context), context.RequestAborted)));
        routes.MapPost("/v1/vector_stores/{id}/file_batches/{batch}/cancel", async context => await AnswerAsync(
            context,
            calls,
            await calls.Of(context).Collections.CancelBatchAsync(
                VectorStoreQuery.Store(context), VectorStoreQuery.Batch(context), context.RequestAborted)));
        routes.MapGet("/v1/vector_stores/{id}/file_batches/{batch}/files", async context => await VectorStoreFileWriter.WriteAsync(
            context,
            await calls.Of(context).Collections.ListDocumentsAsync(
                VectorStoreQuery.Store(context),
                VectorStoreQuery.Documents(context.Request.Query, VectorStoreQuery.Batch(context)),
                context.RequestAborted)))
            .WithQuery(VectorStoreQuery.Files);
    }

    private static async Task AddAsync(HttpContext context, FrontCalls calls)
    {
        IReadOnlyList<NewDocument> documents;
        string field;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            documents = AddVectorStoreFiles.ReadBatch(new JsonFields(body.Root, ""));
            field = body.Root.TryGetProperty("files", out var files) && files.ValueKind == JsonValueKind.Array && files.GetArrayLength() > 0
                ? "files"
                : "file_ids";
        }

        var batch = await VectorStoreErrors.NamingFilesAsync(
            calls.Of(context).Collections.AddBatchAsync(VectorStoreQuery.Store(context), documents, context.RequestAborted), field);
        await AnswerAsync(context, calls, batch);
    }

    // A batch has no version of its own: that of the vector store, asked for after the write, has the write.
    private static async Task AnswerAsync(HttpContext context, FrontCalls calls, DocumentBatchView batch)
    {
        var collection = await calls.Of(context).Collections.GetAsync(batch.CollectionId, context.RequestAborted);
        VectorStoreWriter.TellVersion(context, collection.Version);
        await VectorStoreFileWriter.WriteAsync(context, batch);
    }
}
