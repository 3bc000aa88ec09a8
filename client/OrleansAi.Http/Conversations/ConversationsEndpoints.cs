using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.Conversations;

/// <summary><c>/v1/conversations</c>.</summary>
internal static class ConversationsEndpoints
{
    private const int MostItems = 20;

    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapPost("/v1/conversations", context => CreateAsync(context, calls)).WithMetadata(NewWork.Other);
        routes.MapGet("/v1/conversations/{id}", async context =>
            await JsonAnswer.WriteAsync(context, await calls.Of(context).GetConversationAsync(Value(context, "id")), Write));
        routes.MapPost("/v1/conversations/{id}", context => UpdateAsync(context, calls));
        routes.MapDelete("/v1/conversations/{id}", context => DeleteAsync(context, calls));
        routes.MapGet("/v1/conversations/{id}/items", context => ListAsync(context, calls)).WithQuery("limit", "order", "after", QueryGate.Include);
        routes.MapPost("/v1/conversations/{id}/items", context => AddAsync(context, calls)).WithMetadata(NewWork.Other).WithQuery(QueryGate.Include);
        routes.MapGet("/v1/conversations/{id}/items/{item}", context => GetItemAsync(context, calls)).WithQuery(QueryGate.Include);
        routes.MapDelete("/v1/conversations/{id}/items/{item}", context => DeleteItemAsync(context, calls));
    }

    private static async Task CreateAsync(HttpContext context, FrontCalls calls)
    {
        IReadOnlyDictionary<string, string>? metadata = null;
        IReadOnlyList<NewItem> items = [];

        // The SDKs send no body at all for a conversation without items and metadata.
        if (RequestBody.IsGiven(context.Request))
        {
            using var body = await RequestBody.ReadAsync(context.Request, calls.Options);
            var fields = new JsonFields(body.Root, "");
            metadata = fields.Metadata("metadata");
            items = ReadItems(fields);
            fields.Done();
        }

        await JsonAnswer.WriteAsync(context, await calls.Of(context).CreateConversationAsync(metadata, items), Write);
    }

    private static async Task UpdateAsync(HttpContext context, FrontCalls calls)
    {
        using var body = await RequestBody.ReadAsync(context.Request, calls.Options);
        var fields = new JsonFields(body.Root, "");
        var metadata = fields.Metadata("metadata") ?? throw Invalid.Request("'metadata' is required.", "metadata");
        fields.Done();
        await JsonAnswer.WriteAsync(context, await calls.Of(context).UpdateConversationAsync(Value(context, "id"), metadata), Write);
    }

    private static async Task DeleteAsync(HttpContext context, FrontCalls calls)
    {
        var id = Value(context, "id");
        await calls.Of(context).DeleteConversationAsync(id);
        await JsonAnswer.WriteDeletedAsync(context, id, "conversation.deleted");
    }

    private static async Task ListAsync(HttpContext context, FrontCalls calls)
    {
        var query = PageQuery.Read(context.Request.Query);
        var withOpaque = PageQuery.IncludesOpaque(context.Request.Query);
        var page = await calls.Of(context).ListItemsAsync(
            Value(context, "id"), new ItemQuery { After = query.After, Limit = query.Limit, Ascending = query.Ascending });
        await JsonAnswer.WriteAsync(context, page, withOpaque ? ItemPageWriter.WriteOpaque : ItemPageWriter.Write);
    }

    private static async Task AddAsync(HttpContext context, FrontCalls calls)
    {
        var withOpaque = PageQuery.IncludesOpaque(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context.Request, calls.Options);
        var fields = new JsonFields(body.Root, "");
        var items = ReadItems(fields);
        fields.Done();
        if (items.Count == 0)
        {
            throw Invalid.Request($"'items' must have from 1 to {MostItems} items.", "items");
        }

        var added = await calls.Of(context).AddItemsAsync(Value(context, "id"), items);
        await JsonAnswer.WriteAsync(context, new ItemPage { Items = added, HasMore = false }, withOpaque ? ItemPageWriter.WriteOpaque : ItemPageWriter.Write);
    }

    private static async Task GetItemAsync(HttpContext context, FrontCalls calls)
    {
        var withOpaque = PageQuery.IncludesOpaque(context.Request.Query);
        var item = await calls.Of(context).GetItemAsync(Value(context, "id"), Value(context, "item"));
        await JsonAnswer.WriteAsync(context, (item, withOpaque), static (json, state) => ItemWriter.Write(json, state.item, state.withOpaque));
    }

    private static async Task DeleteItemAsync(HttpContext context, FrontCalls calls)
    {
        var id = Value(context, "id");
        await calls.Of(context).DeleteItemAsync(id, Value(context, "item"));

        // The API answers with what is left.
        await JsonAnswer.WriteAsync(context, await calls.Of(context).GetConversationAsync(id), Write);
    }

    private static IReadOnlyList<NewItem> ReadItems(JsonFields fields)
    {
        if (fields.Any("items") is not { ValueKind: JsonValueKind.Array } given || given.GetArrayLength() == 0)
        {
            return fields.Any("items") is null or { ValueKind: JsonValueKind.Array } ? [] : throw fields.Wrong("items", "a list of items");
        }

        var items = InputItems.Read(fields, "items", MostItems);
        return items.All(static item => item.ReferenceTo is null)
            ? items
            : throw Invalid.Request("'items' has an item_reference; add the item itself.", "items");
    }

    private static void Write(Utf8JsonWriter json, ConversationView conversation)
    {
        json.WriteStartObject();
        json.WriteString("id", conversation.Id);
        json.WriteString("object", "conversation");
        json.WriteNumber("created_at", conversation.CreatedAt / 1_000);
        ResponseWriter.WriteMetadata(json, conversation.Metadata);
        json.WriteEndObject();
    }

    private static string Value(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
