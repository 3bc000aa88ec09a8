using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansAi.Client.Access;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Access;

/// <summary>
/// Writes management calls into the audit log of the caller's tenant: all that change something and all that were refused
/// for the key's role; those that only read when it is configured. No answer leaves before its entry is durable.
/// </summary>
internal sealed partial class ManagementAudit(
    RequestDelegate next, AccessClient access, TimeProvider time, IOptions<AuthOptions> options, ILogger<ManagementAudit> logger)
{
    private const int LongestTarget = 200;

    /// <summary>Says what a call has made, so that its entry names it.</summary>
    public static void Made(HttpContext context, string id) => context.Features.Set(new MadeThing(id));

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            context.Response.OnStarting(() => WriteAsync(context));
        }

        return next(context);
    }

    private async Task WriteAsync(HttpContext context)
    {
        var request = context.Request;
        var status = context.Response.StatusCode;
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (reads && status != StatusCodes.Status403Forbidden && !options.Value.AuditReads)
        {
            return;
        }

        var caller = Caller.Of(context);
        var target = request.Path.Value + (context.Features.Get<MadeThing>() is { } made ? $"/{made.Id}" : "");
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        try
        {
            await access.AppendAuditAsync(caller.Tenant, new AuditEntry
            {
                At = time.GetUtcNow().ToUnixTimeMilliseconds(),
                Actor = caller.Id,
                Role = caller.Role,
                Action = $"{request.Method} {route ?? "-"}",
                Target = target.Length <= LongestTarget ? target : target[..LongestTarget],
                Status = status,
                RequestId = context.Response.Headers[HeaderNames.RequestId].ToString(),
            });
        }
        catch (OrleansAiException exception)
        {
            // What was done cannot be undone here, but nobody may be told that it went well.
            LogNotWritten(exception, caller.Id, request.Method, target);
            context.Abort();
        }
    }

    [LoggerMessage(5011, LogLevel.Error, "The audit entry of {Actor} for {Method} {Path} could not be written; the connection is cut.")]
    private partial void LogNotWritten(Exception exception, string actor, string method, string path);

    private sealed record MadeThing(string Id);
}
