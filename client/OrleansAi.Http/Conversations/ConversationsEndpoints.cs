using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.Conversations;

/// <summary><c>/v1/conversations</c>.</summary>
internal static class ConversationsEndpoints
{
    private const int MostInitialItems = 20;

    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapPost("/v1/conversations", context => CreateAsync(context, calls));
        routes.MapGet("/v1/conversations/{id}", async context =>
            await WriteAsync(context, Write, await calls.Of(context).GetConversationAsync(Value(context, "id"))));
        routes.MapPost("/v1/conversations/{id}", context => UpdateAsync(context, calls));
        routes.MapDelete("/v1/conversations/{id}", context => DeleteAsync(context, calls));
        routes.MapGet("/v1/conversations/{id}/items", context => ListAsync(context, calls));
        routes.MapGet("/v1/conversations/{id}/items/{item}", async context => await WriteAsync(
            context, ResponseWriter.WriteItem, await calls.Of(context).GetItemAsync(Value(context, "id"), Value(context, "item"))));
    }

    private static async Task CreateAsync(HttpContext context, FrontCalls calls)
    {
        IReadOnlyDictionary<string, string>? metadata = null;
        IReadOnlyList<NewMessage> items = [];

        // The SDKs send no body at all for a conversation without items and metadata.
        if (RequestBody.IsGiven(context.Request))
        {
            using var body = await RequestBody.ReadAsync(context.Request, calls.Options);
            var fields = new JsonFields(body.Root, "");
            metadata = fields.Metadata("metadata");
            if (fields.Any("items") is { } given && !(given.ValueKind == JsonValueKind.Array && given.GetArrayLength() == 0))
            {
                items = Messages.OfInput(given, MostInitialItems, "items");
            }

            fields.Done();
        }

        await WriteAsync(context, Write, await calls.Of(context).CreateConversationAsync(metadata, items));
    }

    private static async Task UpdateAsync(HttpContext context, FrontCalls calls)
    {
        using var body = await RequestBody.ReadAsync(context.Request, calls.Options);
        var fields = new JsonFields(body.Root, "");
        var metadata = fields.Metadata("metadata") ?? throw Invalid.Request("'metadata' is required.", "metadata");
        fields.Done();
        await WriteAsync(context, Write, await calls.Of(context).UpdateConversationAsync(Value(context, "id"), metadata));
    }

    private static async Task DeleteAsync(HttpContext context, FrontCalls calls)
    {
        var id = Value(context, "id");
        await calls.Of(context).DeleteConversationAsync(id);
        await WriteAsync(
            context,
            static (json, deleted) =>
            {
                json.WriteStartObject();
                json.WriteString("id", deleted);
                json.WriteString("object", "conversation.deleted");
                json.WriteBoolean("deleted", true);
                json.WriteEndObject();
            },
            id);
    }

    private static async Task ListAsync(HttpContext context, FrontCalls calls)
    {
        var query = context.Request.Query;
        var limit = 20;
        if (query["limit"].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > 100))
        {
            throw Invalid.Request($"'limit' is '{text}'; it must be from 1 to 100.", "limit");
        }

        var order = query["order"].ToString();
        if (order is not ("" or "asc" or "desc"))
        {
            throw Invalid.Request($"'order' is '{order}'; it must be asc or desc.", "order");
        }

        var page = await calls.Of(context).ListItemsAsync(Value(context, "id"), new ItemQuery
        {
            After = query["after"].ToString() is { Length: > 0 } after ? after : null,
            Limit = limit,
            Ascending = order == "asc",
        });
        await WriteAsync(context, WritePage, page);
    }

    private static void WritePage(Utf8JsonWriter json, ItemPage page)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var item in page.Items)
        {
            ResponseWriter.WriteItem(json, item);
        }

        json.WriteEndArray();
        json.WriteString("first_id", page.Items.Count > 0 ? page.Items[0].Id : null);
        json.WriteString("last_id", page.Items.Count > 0 ? page.Items[^1].Id : null);
        json.WriteBoolean("has_more", page.HasMore);
        json.WriteEndObject();
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

    private static async Task WriteAsync<T>(HttpContext context, Action<Utf8JsonWriter, T> write, T value)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonText.Options);
        write(json, value);
        await json.FlushAsync(context.RequestAborted);
    }

    private static string Value(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
