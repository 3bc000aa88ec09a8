using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Collections;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary><c>/v1/vector_stores/{id}/files</c>: the documents of a vector store.</summary>
internal static class VectorStoreFilesEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapPost("/v1/vector_stores/{id}/files", context => AddAsync(context, calls)).WithMetadata(NewWork.Other);
        routes.MapGet("/v1/vector_stores/{id}/files", async context => await VectorStoreFileWriter.WriteAsync(
            context,
            await calls.Of(context).Collections.ListDocumentsAsync(
                VectorStoreQuery.Store(context), VectorStoreQuery.Documents(context.Request.Query), context.RequestAborted)))
            .WithQuery(VectorStoreQuery.Files);
        routes.MapGet("/v1/vector_stores/{id}/files/{file}", async context => await VectorStoreFileWriter.WriteAsync(
            context,
            await calls.Of(context).Collections.GetDocumentAsync(
                VectorStoreQuery.Store(context), VectorStoreQuery.File(context), context.RequestAborted)));
        routes.MapPost("/v1/vector_stores/{id}/files/{file}", context => UpdateAsync(context, calls));
        routes.MapDelete("/v1/vector_stores/{id}/files/{file}", async context => await VectorStoreFileWriter.WriteRemovedAsync(
            context,
            VectorStoreQuery.File(context),
            await calls.Of(context).Collections.RemoveAsync(VectorStoreQuery.Store(context), VectorStoreQuery.File(context), context.RequestAborted)));
        routes.MapGet("/v1/vector_stores/{id}/files/{file}/content", async context => await VectorStoreFileWriter.WriteContentAsync(
            context,
            await calls.Of(context).Collections.ReadDocumentAsync(
                VectorStoreQuery.Store(context), VectorStoreQuery.File(context), context.RequestAborted)));
    }

    private static async Task AddAsync(HttpContext context, FrontCalls calls)
    {
        NewDocument document;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            document = AddVectorStoreFiles.ReadOne(new JsonFields(body.Root, ""));
        }

        await VectorStoreFileWriter.WriteAsync(
            context, await calls.Of(context).Collections.AddAsync(VectorStoreQuery.Store(context), document, context.RequestAborted));
    }

    private static async Task UpdateAsync(HttpContext context, FrontCalls calls)
    {
        IReadOnlyDictionary<string, CollectionAttribute> attributes;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            attributes = AddVectorStoreFiles.ReadAttributes(new JsonFields(body.Root, ""), body.Root);
        }

        await VectorStoreFileWriter.WriteAsync(
            context,
            await calls.Of(context).Collections.SetAttributesAsync(
                VectorStoreQuery.Store(context), VectorStoreQuery.File(context), attributes, context.RequestAborted));
    }
}
