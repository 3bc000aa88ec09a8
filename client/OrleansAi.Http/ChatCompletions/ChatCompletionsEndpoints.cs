using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Client;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Access;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.ChatCompletions;

/// <summary><c>/v1/chat/completions</c>: stateless for the caller, recorded as a run all the same.</summary>
internal static class ChatCompletionsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapPost("/v1/chat/completions", context => CreateAsync(context, calls)).WithMetadata(NewWork.Run);
        StoredCompletionsEndpoints.Map(routes, calls);
    }

    private static async Task CreateAsync(HttpContext context, FrontCalls calls)
    {
        CreateChatCompletion request;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            request = CreateChatCompletion.Read(body.Root, calls.Options);
            request = request with { Turn = TurnHeaders.Apply(request.Turn, context.Request, body) };
        }

        if (context.Features.Get<LimitPass>() is { } pass)
        {
            await pass.EnterFurtherAsync(request.Choices - 1, context.RequestAborted);
        }

        if (request.Turn.Stream)
        {
            await StreamAsync(context, calls, request);
            return;
        }

        var client = calls.Of(context);
        var runs = request.Choices == 1
            ? [await client.RunTurnAsync(null, request.Turn, context.RequestAborted)]
            : await Task.WhenAll((await StartAsync(context, client, request)).Select(run => client.WaitAsync(run, context.RequestAborted)));
        foreach (var run in runs)
        {
            ThrowIfCancelled(RunFailure.ThrowIfChatFailed(run));
        }

        context.Response.Headers[HeaderNames.RunId] = runs[0].Id;
        await JsonAnswer.WriteAsync(context, runs, ChatCompletionWriter.Write);
    }

    // The first choice's run is the completion, and the others name it.
    // Each takes a place and is charged, whatever becomes of the others.
    private static async Task<RunView[]> StartAsync(HttpContext context, OrleansAiClient client, CreateChatCompletion request)
    {
        var pass = context.Features.Get<LimitPass>();
        var first = await StartOneAsync(0, null);
        return [first, .. await Task.WhenAll(Enumerable.Range(1, request.Choices - 1).Select(choice => StartOneAsync(choice, first.Id)))];

        async Task<RunView> StartOneAsync(int choice, string? completion)
        {
            try
            {
                var run = await client.StartTurnAsync(null, request.TurnOf(choice, completion));
                pass?.Add(run.Id);
                return run;
            }
            catch (OrleansAiException exception) when (RequestLimits.RunOf(exception) is { } id)
            {
                pass?.Add(id);
                throw;
            }
        }
    }

    private static async Task StreamAsync(HttpContext context, FrontCalls calls, CreateChatCompletion request)
    {
        using var place = calls.Streams.Enter();
        var client = calls.Of(context);
        var runs = (await StartAsync(context, client, request)).Select(FollowedRun.Of).ToArray();
        context.Response.Headers[HeaderNames.RunId] = runs[0].Id;
        var stream = new EventStream(context.Response, calls);
        await stream.BeginAsync();
        var choices = runs.Select((run, choice) => new ChatChunkStream(stream, runs[0], run, choice, request.IncludeUsage, request.Obfuscates)).ToList();
        foreach (var choice in choices)
        {
            choice.Begin();
        }

        await StreamFault.TellAsync(stream, FollowAsync, error => StreamFault.WriteChunk(stream, error));

        async Task FollowAsync()
        {
            var isWhole = choices is [var only]
                ? await FollowOneAsync(calls, runs[0], stream, only, context.RequestAborted)
                : await MergeAsync(calls, runs, stream, choices, context.RequestAborted);
            if (!isWhole)
            {
                return;
            }

            if (request.IncludeUsage)
            {
                ChatChunkStream.WriteUsage(stream, choices);
            }

            stream.WriteDone();
            await stream.FlushAsync();
        }
    }

    private static async Task<bool> FollowOneAsync(
        FrontCalls calls, FollowedRun run, EventStream stream, ChatChunkStream choice, CancellationToken cancellationToken)
    {
        await RunFollower.FollowAsync(calls, run, after: -1, stream, choice.Write, cancellationToken);
        return choice.HasEnded;
    }

    // Several runs write into one stream; only this loop touches it.
    private static async Task<bool> MergeAsync(
        FrontCalls calls, IReadOnlyList<FollowedRun> runs, EventStream stream, List<ChatChunkStream> choices, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = Channel.CreateBounded<(int Choice, RunEvent Event)>(64);
        var client = calls.Of(stream.Context);
        var followers = runs.Select((run, choice) => PassOnAsync(run, choice)).ToList();
        var all = CompleteAsync();
        try
        {
            while (await WaitAsync())
            {
                while (events.Reader.TryRead(out var next))
                {
                    if (!choices[next.Choice].Write(next.Event))
                    {
                        await stream.FlushAsync();
                        return false;
                    }

                    if (stream.IsFull)
                    {
                        await stream.FlushAsync();
                    }
                }
            }

            return true;
        }
        finally
        {
            await stop.CancelAsync();
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // What is there goes out before waiting, and comments while nothing comes.
        async Task<bool> WaitAsync()
        {
            var waiting = events.Reader.WaitToReadAsync(cancellationToken).AsTask();
            while (!waiting.IsCompleted)
            {
                await stream.FlushAsync();
                await ((Task)waiting).WaitAsync(TimeSpan.FromSeconds(calls.Options.KeepAliveSeconds), calls.Time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!waiting.IsCompleted)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    stream.WriteKeepAlive();
                }
            }

            return await waiting;
        }

        async Task PassOnAsync(FollowedRun run, int choice)
        {
            await foreach (var next in client.FollowAsync(run.ConversationId, run.Id, -1, stop.Token))
            {
                await events.Writer.WriteAsync((choice, next), stop.Token);
            }
        }

        async Task CompleteAsync()
        {
            try
            {
                await Task.WhenAll(followers);
                events.Writer.Complete();
            }
            catch (Exception exception)
            {
                events.Writer.Complete(exception);
            }
        }
    }

    private static void ThrowIfCancelled(RunView run)
    {
        if (run.Status == RunStatus.Cancelled)
        {
            throw new OrleansAiException(ErrorCodes.VersionConflict, $"The run '{run.Id}' was cancelled by another caller.") { RunId = run.Id };
        }
    }
}
