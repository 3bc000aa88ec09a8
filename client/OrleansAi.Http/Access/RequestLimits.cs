using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansAi.Client.Access;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Access;

/// <summary>
/// Holds keys and projects to their limits: one call to the project's counter before the request where a limit concerns it,
/// none where not, and one that nobody waits for afterwards where a run was started.
/// </summary>
internal sealed class RequestLimits(RequestDelegate next, AccessClient access, IOptions<LimitOptions> options)
{
    // About four bytes of a request are a token; what a run really took is settled when it has ended.
    private const int BytesPerToken = 4;

    private static readonly string[] RunRoutes = ["/v1/responses", "/v1/responses/compact", "/v1/chat/completions"];

    private readonly RateLimits _keyDefaults = options.Value.Key.ToLimits();
    private readonly RateLimits _projectDefaults = options.Value.Project.ToLimits();

    public async Task InvokeAsync(HttpContext context)
    {
        if (Caller.Of(context).Grant is not { } grant || RequestOf(context, grant) is not { } request)
        {
            await next(context);
            return;
        }

        var decision = await access.EnterAsync(grant.Project, request, context.RequestAborted);
        Write(context.Response.Headers, "requests", decision.Requests);
        Write(context.Response.Headers, "tokens", decision.Tokens);
        if (decision.Refusal is { } refusal)
        {
            throw new OrleansAiException(ErrorCodes.RateLimited, $"{refusal}; try again after {Text(decision.RetryAfter)}.")
            {
                IsTransient = true,
                RetryAfter = decision.RetryAfter,
            };
        }

        if (request.StartsRun)
        {
            await RunAsync(context, grant.Project, request.Ticket);
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
    private async Task RunAsync(HttpContext context, string project, string ticket)
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
        try
        {
            await next(context);
        }
        catch (OrleansAiException exception)
        {
            run = exception.RunId;
            throw;
        }
        finally
        {
            context.RequestAborted = aborted;
            run ??= context.Response.Headers[HeaderNames.RunId].ToString();
            await access.LeaveAsync(project, ticket, run.Length > 0 ? run : null);
        }
    }

    private LimitRequest? RequestOf(HttpContext context, KeyGrant grant)
    {
        if (!context.Request.Path.StartsWithSegments("/v1"))
        {
            return null;
        }

        var (key, project) = (grant.KeyLimits.Or(_keyDefaults), grant.ProjectLimits.Or(_projectDefaults));
        var startsRun = HttpMethods.IsPost(context.Request.Method)
            && (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route && RunRoutes.Contains(route);
        var isLimited = key.RequestsPerMinute is not null || project.RequestsPerMinute is not null
            || (startsRun && (key.LimitRuns || project.LimitRuns));
        return !isLimited ? null : new LimitRequest
        {
            // Unique by the request.
            Ticket = context.Response.Headers[HeaderNames.RequestId].ToString(),
            KeyId = grant.KeyId,
            Key = key,
            Project = project,
            StartsRun = startsRun && (key.LimitRuns || project.LimitRuns),
            EstimatedTokens = startsRun ? (int)Math.Min(int.MaxValue, (context.Request.ContentLength ?? 0) / BytesPerToken) : 0,
        };
    }

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
