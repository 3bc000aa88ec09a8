using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Client;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.ChatCompletions;

/// <summary>Chat completions that were created with <c>store</c> set to true.</summary>
internal static class StoredCompletionsEndpoints
{
    private const int PageOfRuns = 200;

    // Completions that are not listed lie between those that are; a page of them is not looked through without end.
    private const int MostPages = 50;

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
        var client = calls.Of(context);
        var page = PageQuery.Read(context.Request.Query, ascending: true);
        var model = context.Request.Query["model"].ToString();
        var pairs = context.Request.Query
            .Where(static pair => pair.Key.StartsWith("metadata[", StringComparison.Ordinal) && pair.Key.EndsWith(']'))
            .ToDictionary(static pair => pair.Key["metadata[".Length..^1], static pair => pair.Value.ToString());
        var found = new List<RunView>();
        var query = new RunQuery
        {
            Cursor = page.After,
            Limit = PageOfRuns,
            Model = model.Length > 0 ? model : null,
            Ascending = page.Ascending,
            IdPrefix = IdPrefixes.ChatCompletion,
        };
        for (var pages = 0; pages < MostPages && found.Count <= page.Limit; pages++)
        {
            var runs = await client.SearchRunsAsync(query);
            foreach (var summary in runs.Runs.Where(static run => run.Status.IsTerminal()))
            {
                if (await TryFindAsync(client, summary.Id) is { } run && pairs.All(pair => run.Metadata?.GetValueOrDefault(pair.Key) == pair.Value))
                {
                    found.Add(run);
                }
            }

            if (!runs.HasMore)
            {
                break;
            }

            query = query with { Cursor = runs.Runs[^1].Id };
        }

        await JsonAnswer.WriteAsync(context, (found, page.Limit), static (json, list) => WriteList(
            json, [.. list.found.Take(list.Limit)], list.found.Count > list.Limit, static run => run.Id, ChatCompletionWriter.WriteStored));
    }

    private static async Task UpdateAsync(HttpContext context, FrontCalls calls)
    {
        var client = calls.Of(context);
        var run = await FindAsync(client, Id(context));
        using var body = await RequestBody.ReadAsync(context.Request, calls.Options);
        var fields = new JsonFields(body.Root, "");
        var metadata = fields.Metadata("metadata") ?? throw Invalid.Request("'metadata' is required.", "metadata");
        fields.Done();
        await client.UpdateConversationAsync(run.ConversationId, metadata);
        await JsonAnswer.WriteAsync(context, run with { Metadata = metadata }, ChatCompletionWriter.WriteStored);
    }

    private static async Task DeleteAsync(HttpContext context, FrontCalls calls)
    {
        var client = calls.Of(context);
        var run = await FindAsync(client, Id(context));
        await client.DeleteRunAsync(run.Id);
        await JsonAnswer.WriteDeletedAsync(context, run.Id, "chat.completion.deleted");
    }

    private static async Task ListMessagesAsync(HttpContext context, FrontCalls calls)
    {
        var client = calls.Of(context);
        var page = PageQuery.Read(context.Request.Query, ascending: true);
        var run = await FindAsync(client, Id(context));
        var items = await client.ListInputAsync(run.Id);
        var messages = items.Where(static item => item.Kind == ItemKind.Message).ToList();
        if (!page.Ascending)
        {
            messages.Reverse();
        }

        var start = page.After is null ? 0 : messages.FindIndex(item => item.Id == page.After) + 1;
        await JsonAnswer.WriteAsync(context, (messages, start, page.Limit), static (json, list) => WriteList(
            json,
            [.. list.messages.Skip(list.start).Take(list.Limit)],
            list.messages.Count - list.start > list.Limit,
            static item => item.Id,
            WriteMessage));
    }

    private static void WriteMessage(Utf8JsonWriter json, Item item)
    {
        json.WriteStartObject();
        json.WriteString("id", item.Id);
        json.WriteString("role", item.Role switch
        {
            Role.Assistant => "assistant",
            Role.System => "system",
            Role.Developer => "developer",
            _ => "user",
        });
        json.WriteString("content", item.Text);
        json.WriteNull("name");
        json.WriteNull("content_parts");
        json.WriteEndObject();
    }

    private static void WriteList<T>(
        Utf8JsonWriter json, IReadOnlyList<T> entries, bool hasMore, Func<T, string> id, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var entry in entries)
        {
            write(json, entry);
        }

        json.WriteEndArray();
        json.WriteString("first_id", entries.Count > 0 ? id(entries[0]) : null);
        json.WriteString("last_id", entries.Count > 0 ? id(entries[^1]) : null);
        json.WriteBoolean("has_more", hasMore);
        json.WriteEndObject();
    }

    private static async Task<RunView> FindAsync(OrleansAiClient client, string id) => await TryFindAsync(client, id) ?? throw NotFound(id);

    // What was not to be listed is not to be found here either. Metadata that was changed stands with the hidden conversation.
    private static async Task<RunView?> TryFindAsync(OrleansAiClient client, string id)
    {
        try
        {
            var run = await client.GetRunAsync(id);
            if (!run.Options.Listed || !run.Status.IsTerminal())
            {
                return null;
            }

            var metadata = (await client.GetConversationAsync(run.ConversationId)).Metadata;
            return metadata.Count > 0 ? run with { Metadata = metadata } : run;
        }
        catch (OrleansAiException exception) when (exception.Code is ErrorCodes.ResponseNotFound or ErrorCodes.ConversationNotFound)
        {
            return null;
        }
    }

    private static OrleansAiException NotFound(string id) => new(ErrorCodes.ResponseNotFound, $"There is no stored chat completion '{id}'.");

    private static string Id(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return id.StartsWith(IdPrefixes.ChatCompletion, StringComparison.Ordinal) ? id : throw NotFound(id);
    }
}
