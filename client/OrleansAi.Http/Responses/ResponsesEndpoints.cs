using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.Responses;

/// <summary><c>/v1/responses</c>.</summary>
internal static class ResponsesEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapPost("/v1/responses", context => CreateAsync(context, calls)).WithMetadata(NewWork.Run);
        routes.MapPost("/v1/responses/compact", context => CompactionEndpoint.HandleAsync(context, calls)).WithMetadata(NewWork.Run);
        routes.MapPost("/v1/responses/input_tokens", context => CountAsync(context, calls)).WithMetadata(NewWork.Other);
        routes.MapGet("/v1/responses/{id}", context => GetAsync(context, calls))
            .WithQuery("stream", "starting_after", QueryGate.Include, "include_obfuscation");
        routes.MapDelete("/v1/responses/{id}", context => DeleteAsync(context, calls));
        routes.MapGet("/v1/responses/{id}/input_items", context => ListInputAsync(context, calls))
            .WithQuery("limit", "order", "after", QueryGate.Include);
        routes.MapPost("/v1/responses/{id}/cancel", async context =>
            await WriteAsync(context, await calls.Of(context).CancelAsync(Id(context))));
    }

    private static async Task CreateAsync(HttpContext context, FrontCalls calls)
    {
        CreateResponse request;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            request = CreateResponse.Read(body.Root, calls.Options);
            request = request with { Turn = TurnHeaders.Apply(request.Turn, context.Request, body) };
        }

        if (request.Turn.Stream)
        {
            using var place = calls.Streams.Enter();
            await StreamAsync(context, calls, FollowedRun.Of(await calls.Of(context).StartTurnAsync(request.Conversation, request.Turn)), after: -1, request.Obfuscates);
        }
        else if (request.Turn.Background)
        {
            await WriteAsync(context, await calls.Of(context).StartTurnAsync(request.Conversation, request.Turn));
        }
        else
        {
            await WriteAsync(
                context, RunFailure.ThrowIfFailed(await calls.Of(context).RunTurnAsync(request.Conversation, request.Turn, context.RequestAborted)));
        }
    }

    private static async Task CountAsync(HttpContext context, FrontCalls calls)
    {
        CreateResponse request;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            request = CreateResponse.ReadInputTokens(new JsonFields(body.Root, ""), calls.Options);
        }

        await JsonAnswer.WriteAsync(context, await calls.Of(context).CountInputAsync(request.Conversation, request.Turn), static (json, count) =>
        {
            json.WriteStartObject();
            json.WriteString("object", "response.input_tokens");
            json.WriteNumber("input_tokens", count);
            json.WriteEndObject();
        });
    }

    private static async Task GetAsync(HttpContext context, FrontCalls calls)
    {
        var query = context.Request.Query;
        var isStream = PageQuery.Flag(query, "stream");
        var obfuscates = PageQuery.Flag(query, "include_obfuscation");
        var includes = PageQuery.IncludesOpaque(query);
        var text = query["starting_after"].ToString();
        var after = -1L;
        if (text.Length > 0 && !(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after)))
        {
            throw Invalid.Request($"'starting_after' is '{text}'; it must be a sequence number.", "starting_after");
        }

        if (!isStream && (text.Length > 0 || obfuscates))
        {
            var wish = text.Length > 0 ? "starting_after" : "include_obfuscation";
            throw Invalid.Request($"'{wish}' is about a stream; it needs stream=true.", wish);
        }

        var run = await calls.Of(context).GetRunAsync(Id(context));
        var withOpaque = includes || run.Options.IncludeEncryptedReasoning;
        if (!isStream)
        {
            context.Response.Headers[HeaderNames.RunId] = run.Id;
            await JsonAnswer.WriteAsync(context, (run, withOpaque), static (json, state) => ResponseWriter.Write(json, state.run, state.withOpaque));
            return;
        }

        using var place = calls.Streams.Enter();
        var followed = FollowedRun.Of(run) with { WithOpaque = withOpaque };
        await StreamAsync(context, calls, followed, after, obfuscates);
    }

    private static async Task DeleteAsync(HttpContext context, FrontCalls calls)
    {
        var id = Id(context);
        await calls.Of(context).DeleteRunAsync(id);
        await JsonAnswer.WriteDeletedAsync(context, id, "response");
    }

    private static async Task ListInputAsync(HttpContext context, FrontCalls calls)
    {
        var query = PageQuery.Read(context.Request.Query);
        var withOpaque = PageQuery.IncludesOpaque(context.Request.Query);
        var items = await calls.Of(context).ListInputAsync(Id(context));
        if (!query.Ascending)
        {
            items = [.. items.Reverse()];
        }

        var start = 0;
        if (query.After is { } after)
        {
            start = items.ToList().FindIndex(item => item.Id == after) + 1;
            if (start == 0)
            {
                throw new OrleansAiException(ErrorCodes.ItemNotFound, $"There is no item '{after}' in the input.") { Param = "after" };
            }
        }

        await JsonAnswer.WriteAsync(
            context,
            new ItemPage { Items = [.. items.Skip(start).Take(query.Limit)], HasMore = items.Count - start > query.Limit },
            withOpaque ? ItemPageWriter.WriteOpaque : ItemPageWriter.Write);
    }

    private static async Task StreamAsync(HttpContext context, FrontCalls calls, FollowedRun run, long after, bool obfuscates)
    {
        context.Response.Headers[HeaderNames.RunId] = run.Id;
        var stream = new EventStream(context.Response, calls);
        await stream.BeginAsync();
        var last = after;
        await StreamFault.TellAsync(
            stream,
            () => RunFollower.FollowAsync(calls, run, after, stream, Write, context.RequestAborted),
            error => StreamFault.WriteEvent(stream, error, last));

        bool Write(RunEvent next)
        {
            last = next.Sequence;
            stream.Write(
                ResponseEventWriter.TypeOf(next),
                (next, run.WithOpaque, obfuscates),
                static (json, state) => ResponseEventWriter.Write(json, state.next, state.WithOpaque, state.obfuscates));
            return true;
        }
    }

    private static async Task WriteAsync(HttpContext context, RunView run)
    {
        context.Response.Headers[HeaderNames.RunId] = run.Id;
        await JsonAnswer.WriteAsync(context, run, ResponseWriter.Write);
    }

    private static string Id(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return id.StartsWith(IdPrefixes.Response, StringComparison.Ordinal)
            ? id
            : throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no response '{id}'.");
    }
}
