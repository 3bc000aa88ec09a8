using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary>What paths and queries of vector stores say.</summary>
internal static class VectorStoreQuery
{
    /// <summary>The query parameters of a list.</summary>
    public static readonly string[] Page = ["limit", "order", "after", "before"];

    /// <summary>The query parameters of a list of files.</summary>
    public static readonly string[] Files = [.. Page, "filter"];

    /// <summary>The vector store of a request.</summary>
    public static string Store(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    /// <summary>The file of a request.</summary>
    public static string File(HttpContext context) => Inner(context, "file", "file");

    /// <summary>The file batch of a request.</summary>
    public static string Batch(HttpContext context) => Inner(context, "batch", "file batch");

    /// <summary>Which vector stores are wanted.</summary>
    public static CollectionQuery Stores(IQueryCollection query)
    {
        var page = PageQuery.Read(query);
        return new CollectionQuery { After = Id(page.After, "after"), Before = Before(query), Limit = page.Limit, Ascending = page.Ascending };
    }

    /// <summary>Which files of a vector store are wanted.</summary>
    public static DocumentQuery Documents(IQueryCollection query, string? batch = null)
    {
        var page = PageQuery.Read(query);
        return new DocumentQuery
        {
            After = Id(page.After, "after"),
            Before = Before(query),
            Limit = page.Limit,
            Ascending = page.Ascending,
            BatchId = batch,
            Status = query["filter"].ToString() switch
            {
                "" => null,
                "in_progress" => CollectionDocumentStatus.InProgress,
                "completed" => CollectionDocumentStatus.Completed,
                "failed" => CollectionDocumentStatus.Failed,
                "cancelled" => CollectionDocumentStatus.Cancelled,
                var filter => throw Invalid.Request($"'filter' is '{filter}'; it must be one of in_progress, completed, failed, cancelled.", "filter"),
            },
        };
    }

    private static string? Before(IQueryCollection query) => Id(query["before"].ToString() is { Length: > 0 } before ? before : null, "before");

    private static string? Id(string? given, string name) =>
        given is null || IdText.IsPossible(given) ? given : throw Invalid.Request($"'{name}' is no id.", name);

    // What can be no id of ours is not there; it is not carried any further.
    private static string Inner(HttpContext context, string name, string what)
    {
        var id = (string)context.Request.RouteValues[name]!;
        return IdText.IsPossible(id)
            ? id
            : throw new OrleansAiException(ErrorCodes.DocumentNotFound, $"The vector store has no {what} '{(id.Length <= 64 ? id : id[..64])}'.");
    }
}
