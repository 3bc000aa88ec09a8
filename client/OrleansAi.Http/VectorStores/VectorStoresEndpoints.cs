using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Client.Collections;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Access;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary><c>/v1/vector_stores</c>: collections of documents and their search.</summary>
internal static class VectorStoresEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapPost("/v1/vector_stores", context => CreateAsync(context, calls)).WithMetadata(NewWork.Other);
        routes.MapGet("/v1/vector_stores", async context => await VectorStoreWriter.WriteAsync(
            context, await calls.Of(context).Collections.ListAsync(VectorStoreQuery.Stores(context.Request.Query), context.RequestAborted)))
            .WithQuery(VectorStoreQuery.Page);
        routes.MapGet("/v1/vector_stores/{id}", async context => await VectorStoreWriter.WriteAsync(
            context, await calls.Of(context).Collections.GetAsync(VectorStoreQuery.Store(context), context.RequestAborted)));
        routes.MapPost("/v1/vector_stores/{id}", context => UpdateAsync(context, calls));
        routes.MapDelete("/v1/vector_stores/{id}", context => DeleteAsync(context, calls));
        routes.MapPost("/v1/vector_stores/{id}/search", context => SearchAsync(context, calls)).WithMetadata(NewWork.WithoutRun);
    }

    private static async Task CreateAsync(HttpContext context, FrontCalls calls)
    {
        var request = new CreateVectorStore(new NewCollection(), []);

        // The SDKs send no body at all for a vector store of which nothing is said.
        if (RequestBody.IsGiven(context.Request))
        {
            using var body = await RequestBody.ReadAsync(context.Request, calls.Options);
            request = CreateVectorStore.Read(new JsonFields(body.Root, ""));
        }

        var collections = calls.Of(context).Collections;
        var collection = await MakeAsync(collections, request.Collection, context.RequestAborted);
        if (request.FileIds.Count > 0)
        {
            await AddAsync(collections, collection.Id, request.FileIds);
            collection = await collections.GetAsync(collection.Id, context.RequestAborted);
        }

        await VectorStoreWriter.WriteAsync(context, collection);
    }

    private static async Task<CollectionView> MakeAsync(CollectionClient collections, NewCollection collection, CancellationToken cancellationToken)
    {
        try
        {
            return await collections.CreateAsync(collection, cancellationToken);
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.ModelNotFound)
        {
            throw VectorStoreErrors.Of(exception, "embedding_model");
        }
    }

    // A request that is refused leaves nothing behind, also when its caller has gone.
    private static async Task AddAsync(CollectionClient collections, string id, IReadOnlyList<string> files)
    {
        try
        {
            await VectorStoreErrors.NamingFilesAsync(
                collections.AddBatchAsync(id, [.. files.Select(static file => new NewDocument { FileId = file })]), "file_ids");
        }
        catch (OrleansAiException)
        {
            await collections.DeleteAsync(id);
            throw;
        }
    }

    private static async Task UpdateAsync(HttpContext context, FrontCalls calls)
    {
        CollectionUpdate update;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            update = UpdateVectorStore.Read(new JsonFields(body.Root, ""), body.Root);
        }

        try
        {
            await VectorStoreWriter.WriteAsync(
                context, await calls.Of(context).Collections.UpdateAsync(VectorStoreQuery.Store(context), update, context.RequestAborted));
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.ModelNotFound)
        {
            throw VectorStoreErrors.Of(exception, "embedding_model");
        }
    }

    private static async Task DeleteAsync(HttpContext context, FrontCalls calls)
    {
        var (collections, id) = (calls.Of(context).Collections, VectorStoreQuery.Store(context));

        // Deleting is done again where it was cut off; one that was deleted before is not there for whoever asks.
        await collections.GetAsync(id, context.RequestAborted);
        await collections.DeleteAsync(id, context.RequestAborted);
        await JsonAnswer.WriteDeletedAsync(context, id, "vector_store.deleted");
    }

    private static async Task SearchAsync(HttpContext context, FrontCalls calls)
    {
        CollectionSearch search;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            search = SearchVectorStore.Read(new JsonFields(body.Root, ""));
        }

        var answer = await VectorStoreErrors.NamingVersionsAsync(
            calls.Of(context).Collections.SearchAsync(VectorStoreQuery.Store(context), search, context.RequestAborted), search);
        UsedTokens.Note(context, answer.QueryTokens);
        await SearchResultsWriter.WriteAsync(context, search.Queries, answer);
    }
}
