using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Responses;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.ChatCompletions;

/// <summary><c>/v1/chat/completions</c>: stateless for the caller, recorded as a run all the same.</summary>
internal static class ChatCompletionsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls) =>
        routes.MapPost("/v1/chat/completions", context => CreateAsync(context, calls));

    private static async Task CreateAsync(HttpContext context, FrontCalls calls)
    {
        CreateChatCompletion request;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            request = CreateChatCompletion.Read(body.Root, calls.Options.MaxMessages);
            request = request with { Turn = TurnHeaders.Apply(request.Turn, context.Request, body) };
        }

        if (request.Turn.Stream)
        {
            await StreamAsync(context, calls, request);
            return;
        }

        var run = ThrowIfCancelled(ResponsesEndpoints.ThrowIfFailed(
            await calls.Of(context).RunTurnAsync(null, request.Turn, context.RequestAborted)));
        context.Response.ContentType = "application/json";
        context.Response.Headers[HeaderNames.RunId] = run.Id;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonText.Options);
        ChatCompletionWriter.Write(json, run);
        await json.FlushAsync(context.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext context, FrontCalls calls, CreateChatCompletion request)
    {
        using var place = calls.Streams.Enter();
        var run = await calls.Of(context).StartTurnAsync(null, request.Turn);
        context.Response.Headers[HeaderNames.RunId] = run.Id;
        var stream = new EventStream(context.Response, calls);
        await stream.BeginAsync();
        stream.Write(null, (run, request.IncludeUsage), ChatCompletionWriter.WriteFirst);
        var item = (string?)null;
        await RunFollower.FollowAsync(
            calls,
            run,
            after: -1,
            stream,
            next =>
            {
                switch (next.Kind)
                {
                    case RunEventKind.TextDelta when item is not null && item != next.ItemId:
                        // This format has no way to begin anew, and two attempts must never be put together (invariant 7).
                        WriteError(stream, ErrorCodes.VendorFailed,
                            $"The answer was cut and is written anew; repeat the request with its Idempotency-Key, or read the run '{run.Id}'.");
                        return false;
                    case RunEventKind.TextDelta:
                        item = next.ItemId;
                        stream.Write(null, (run, request.IncludeUsage, next), ChatCompletionWriter.WriteText);
                        break;
                    case RunEventKind.Ended when next.Run is { Status: RunStatus.Failed or RunStatus.Cancelled } failed:
                        WriteError(stream, failed.Error?.Code ?? ErrorCodes.Cancelled, failed.Error?.Message ?? $"The run '{run.Id}' was cancelled.");
                        return false;
                    case RunEventKind.Ended:
                        stream.Write(null, (next.Run!, request.IncludeUsage), ChatCompletionWriter.WriteLast);
                        if (request.IncludeUsage)
                        {
                            stream.Write(null, next.Run!, ChatCompletionWriter.WriteUsageChunk);
                        }

                        stream.WriteDone();
                        break;
                }

                return true;
            },
            context.RequestAborted);
    }

    private static void WriteError(EventStream stream, string code, string message) => stream.Write(
        null,
        (code, message),
        static (json, error) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("error");
            ErrorWriter.WriteBody(json, error.code, error.message, null, ErrorWriter.StatusOf(error.code));
            json.WriteEndObject();
        });

    private static RunView ThrowIfCancelled(RunView run) => run.Status == RunStatus.Cancelled
        ? throw new OrleansAiException(ErrorCodes.VersionConflict, $"The run '{run.Id}' was cancelled by another caller.") { RunId = run.Id }
        : run;
}
