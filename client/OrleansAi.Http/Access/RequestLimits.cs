using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Access;

/// <summary>Holds the requests of <c>/v1</c>, and whatever else starts runs, to the limits of their key and project.</summary>
internal sealed class RequestLimits(RequestDelegate next, LimitDesk desk, IOptions<HttpOptions> options)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var (caller, work) = (Caller.Of(context), WorkOf(context));
        var (startsRun, usesTokens) = (work is { StartsRun: true }, work is { UsesTokens: true });
        var bytes = (startsRun || usesTokens) && caller.Grant is not null ? await RequestBody.LengthAsync(context.Request, options.Value) : 0;
        var pass = startsRun || context.Request.Path.StartsWithSegments("/v1")
            ? await desk.EnterAsync(caller, startsRun, usesTokens, bytes, context.RequestAborted)
            : null;
        if (pass is null)
        {
            await next(context);
            return;
        }

        Write(context.Response.Headers, "requests", pass.Decision.Requests);
        Write(context.Response.Headers, "tokens", pass.Decision.Tokens);
        pass.ThrowIfRefused();
        if (pass.IsCounted)
        {
            await RunAsync(context, pass);
        }
        else if (pass.IsMetered)
        {
            await MeterAsync(context, pass);
        }
        else
        {
            await next(context);
        }
    }

    /// <summary>A time as OpenAI's headers have it, for example <c>6m0s</c> or <c>120ms</c>.</summary>
    public static string Text(TimeSpan time)
    {
        var milliseconds = (long)Math.Ceiling(time.TotalMilliseconds);
        return milliseconds < 1_000 ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms")
            : milliseconds < 60_000 ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1_000.0:0.###}s")
            : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 60_000}m{milliseconds % 60_000 / 1_000.0:0.###}s");
    }

    // A caller that hangs up must not get its run for nothing: without its answer, the run's id is not known here. So the
    // request of one that waits goes on to its end, and only an answer that has begun, hence has named its run, is cut.
    private async Task RunAsync(HttpContext context, LimitPass pass)
    {
        string? run = null;
        var aborted = context.RequestAborted;
        using var cut = new CancellationTokenSource();
        await using var registration = aborted.Register(() =>
        {
            if (context.Response.HasStarted)
            {
                cut.Cancel();
            }
        });
        context.RequestAborted = cut.Token;
        context.Features.Set(pass);
        try
        {
            await next(context);
        }
        catch (OrleansAiException exception)
        {
            run = exception.RunId is null ? null : RunOf(exception) ?? "";
            throw;
        }
        finally
        {
            context.RequestAborted = aborted;
            run ??= context.Response.Headers[HeaderNames.RunId].ToString();
            await pass.LeaveAsync(run.Length > 0 ? run : null);
        }
    }

    /// <summary>The run that a request has started although it fails; null when there is none.</summary>
    public static string? RunOf(OrleansAiException exception) =>
        // These name the run that is in the way, which another request answers for.
        exception.Code is ErrorCodes.ConversationLocked or ErrorCodes.IdempotencyKeyReused ? null : exception.RunId;

    // What took tokens says how many. What was refused before took none, and of what its caller left nobody knows: then the
    // estimate stands.
    private async Task MeterAsync(HttpContext context, LimitPass pass)
    {
        try
        {
            await next(context);
            await pass.SettleAsync(UsedTokens.Of(context));
        }
        catch (OrleansAiException)
        {
            await pass.SettleAsync(UsedTokens.Of(context));
            throw;
        }
    }

    private static NewWork? WorkOf(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) ? context.GetEndpoint()?.Metadata.GetMetadata<NewWork>() : null;

    private static void Write(IHeaderDictionary headers, string what, LimitLevel? level)
    {
        if (level is not null)
        {
            headers[$"x-ratelimit-limit-{what}"] = level.Limit.ToString(CultureInfo.InvariantCulture);
            headers[$"x-ratelimit-remaining-{what}"] = level.Remaining.ToString(CultureInfo.InvariantCulture);
            headers[$"x-ratelimit-reset-{what}"] = Text(level.Reset);
        }
    }
}
