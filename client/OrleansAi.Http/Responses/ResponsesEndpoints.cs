using System.Globalization;
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
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.Responses;

/// <summary><c>/v1/responses</c>.</summary>
internal static class ResponsesEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapPost("/v1/responses", context => CreateAsync(context, calls));
        routes.MapGet("/v1/responses/{id}", context => GetAsync(context, calls));
        routes.MapPost("/v1/responses/{id}/cancel", async context =>
            await WriteAsync(context, await calls.Of(context).CancelAsync(Id(context))));
    }

    private static async Task CreateAsync(HttpContext context, FrontCalls calls)
    {
        CreateResponse request;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            request = CreateResponse.Read(body.Root, calls.Options.MaxMessages);
            request = request with { Turn = TurnHeaders.Apply(request.Turn, context.Request, body) };
        }

        var conversation = await ConversationOfAsync(calls.Of(context), request);
        if (request.Turn.Stream)
        {
            using var place = calls.Streams.Enter();
            var started = await calls.Of(context).StartTurnAsync(conversation, request.Turn);
            await StreamAsync(context, calls, started, after: -1);
        }
        else if (request.Turn.Background)
        {
            await WriteAsync(context, await calls.Of(context).StartTurnAsync(conversation, request.Turn));
        }
        else
        {
            await WriteAsync(
                context, ThrowIfFailed(await calls.Of(context).RunTurnAsync(conversation, request.Turn, context.RequestAborted)));
        }
    }

    private static async Task GetAsync(HttpContext context, FrontCalls calls)
    {
        var run = await calls.Of(context).GetRunAsync(Id(context));
        if (!IsTrue(context.Request.Query["stream"].ToString()))
        {
            await WriteAsync(context, run);
            return;
        }

        var text = context.Request.Query["starting_after"].ToString();
        var after = -1L;
        if (text.Length > 0 && !(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after)))
        {
            throw Invalid.Request($"'starting_after' is '{text}'; it must be a sequence number.", "starting_after");
        }

        using var place = calls.Streams.Enter();
        await StreamAsync(context, calls, run, after);
    }

    /// <summary>The conversation that a turn goes on in: the one named, that of the response before, or null for a new one.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.PreviousResponseNotFound"/>.</exception>
    public static async Task<string?> ConversationOfAsync(OrleansAiClient client, CreateResponse request)
    {
        if (request.Turn.PreviousRunId is not { } previous)
        {
            return request.Conversation;
        }

        return (IsResponse(previous) ? await client.FindConversationAsync(previous) : null)
            ?? throw new OrleansAiException(ErrorCodes.PreviousResponseNotFound, $"There is no response '{previous}' to continue from.")
            {
                Param = "previous_response_id",
            };
    }

    /// <summary>A failed run as the error of the request that waited for it.</summary>
    public static RunView ThrowIfFailed(RunView run) => run is { Status: RunStatus.Failed, Error: { } error }
        ? throw new OrleansAiException(error.Code, error.Message) { RunId = run.Id }
        : run;

    private static async Task StreamAsync(HttpContext context, FrontCalls calls, RunView run, long after)
    {
        context.Response.Headers[HeaderNames.RunId] = run.Id;
        var stream = new EventStream(context.Response, calls);
        await stream.BeginAsync();
        await RunFollower.FollowAsync(
            calls,
            run,
            after,
            stream,
            next =>
            {
                stream.Write(ResponseEventWriter.TypeOf(next), next, ResponseEventWriter.Write);
                return true;
            },
            context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, RunView run)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers[HeaderNames.RunId] = run.Id;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonText.Options);
        ResponseWriter.Write(json, run);
        await json.FlushAsync(context.RequestAborted);
    }

    private static string Id(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return IsResponse(id) ? id : throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no response '{id}'.");
    }

    private static bool IsResponse(string id) => id.StartsWith(IdPrefixes.Response, StringComparison.Ordinal);

    private static bool IsTrue(string text) => text.ToLowerInvariant() switch
    {
        "true" => true,
        "" or "false" => false,
        _ => throw Invalid.Request($"'stream' is '{text}'; it must be true or false.", "stream"),
    };
}
