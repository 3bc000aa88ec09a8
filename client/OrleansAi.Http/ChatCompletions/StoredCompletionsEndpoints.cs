using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Client;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.ChatCompletions;

/// <summary>Chat completions that were created with <c>store</c> set to true.</summary>
internal static class StoredCompletionsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapGet("/v1/chat/completions", context => ListAsync(context, calls))
            .WithQuery("limit", "order", "after", "model", QueryGate.Metadata);
        routes.MapGet("/v1/chat/completions/{id}", async context =>
            await JsonAnswer.WriteAsync(context, await FindAsync(calls.Of(context), Id(context)), ChatCompletionWriter.WriteStored));
        routes.MapPost("/v1/chat/completions/{id}", context => UpdateAsync(context, calls));
        routes.MapDelete("/v1/chat/completions/{id}", context => DeleteAsync(context, calls));
        routes.MapGet("/v1/chat/completions/{id}/messages", context => ListMessagesAsync(context, calls)).WithQuery("limit", "order", "after");
    }

    private static async Task ListAsync(HttpContext context, FrontCalls calls)
    {
        var query = context.Request.Query;
        var page = PageQuery.Read(query, ascending: true);
        if (page.After is { } after && !IsCompletion(after))
        {
            throw Invalid.Request($"'after' is '{(after.Length <= 64 ? after : after[..64])}'; it must be the id of a completion.", "after");
        }

        var model = query["model"].ToString();
        var (found, hasMore) = await new StoredCompletions(calls.Of(context)).ListAsync(
            new RunQuery { Cursor = page.After, Limit = page.Limit, Model = model.Length > 0 ? model : null, Ascending = page.Ascending },
            QueryGate.Pairs(query));
        await JsonAnswer.WriteAsync(context, (found, hasMore), static (json, list) => ListPage.Write(
            json, list.found, list.hasMore, static runs => runs[0].Id, ChatCompletionWriter.WriteStored));
    }

    private static async Task UpdateAsync(HttpContext context, FrontCalls calls)
    {
        var client = calls.Of(context);
        var runs = await FindAsync(client, Id(context));
        using var body = await RequestBody.ReadAsync(context.Request, calls.Options);
        var fields = new JsonFields(body.Root, "");
        var metadata = fields.Metadata("metadata") ?? throw Invalid.Request("'metadata' is required.", "metadata");
        fields.Done();
        await client.UpdateConversationAsync(runs[0].ConversationId, metadata);
        IReadOnlyList<RunView> changed = [runs[0] with { Metadata = metadata }, .. runs.Skip(1)];
        await JsonAnswer.WriteAsync(context, changed, ChatCompletionWriter.WriteStored);
    }

    private static async Task DeleteAsync(HttpContext context, FrontCalls calls)
    {
        var client = calls.Of(context);
        var runs = await FindAsync(client, Id(context));

        // The first one last: as long as it is there, a deletion that broke off can be repeated.
        foreach (var run in runs.Reverse())
        {
            await client.DeleteRunAsync(run.Id);
        }

        await JsonAnswer.WriteDeletedAsync(context, runs[0].Id, "chat.completion.deleted");
    }

    private static async Task ListMessagesAsync(HttpContext context, FrontCalls calls)
    {
        var client = calls.Of(context);
        var page = PageQuery.Read(context.Request.Query, ascending: true);
        var runs = await FindAsync(client, Id(context));
        var messages = StoredMessage.Of(await client.ListInputAsync(runs[0].Id));
        if (!page.Ascending)
        {
            messages.Reverse();
        }

        var start = page.After is null ? 0 : messages.FindIndex(message => message.Id == page.After) + 1;
        if (page.After is not null && start == 0)
        {
            throw new OrleansAiException(ErrorCodes.ItemNotFound, $"There is no message '{page.After}' in this completion.") { Param = "after" };
        }

        await JsonAnswer.WriteAsync(context, (messages, start, page.Limit), static (json, list) => ListPage.Write(
            json,
            [.. list.messages.Skip(list.start).Take(list.Limit)],
            list.messages.Count - list.start > list.Limit,
            static message => message.Id,
            StoredMessage.Write));
    }

    private static async Task<IReadOnlyList<RunView>> FindAsync(OrleansAiClient client, string id) =>
        await new StoredCompletions(client).FindAsync(id) ?? throw NotFound(id);

    private static OrleansAiException NotFound(string id) => new(ErrorCodes.ResponseNotFound, $"There is no stored chat completion '{id}'.");

    private static bool IsCompletion(string id) => id.StartsWith(IdPrefixes.ChatCompletion, StringComparison.Ordinal) && IdText.IsPossible(id)
        && id.Length == IdPrefixes.ChatCompletion.Length + IdSource.Length;

    private static string Id(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return id.StartsWith(IdPrefixes.ChatCompletion, StringComparison.Ordinal) ? id : throw NotFound(id);
    }
}
