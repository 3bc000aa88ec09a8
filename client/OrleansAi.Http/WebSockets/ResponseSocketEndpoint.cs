using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.WebSockets;

/// <summary><c>GET /v1/responses</c>, upgraded to a WebSocket.</summary>
internal static class ResponseSocketEndpoint
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        var lifetime = routes.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        var logger = routes.ServiceProvider.GetRequiredService<ILogger<ResponseSocket>>();
        routes.MapGet("/v1/responses", context => AcceptAsync(context, calls, logger, lifetime.ApplicationStopping));
    }

    private static async Task AcceptAsync(HttpContext context, FrontCalls calls, ILogger logger, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            await ErrorWriter.WriteAsync(
                context,
                Invalid.Request("GET /v1/responses is a WebSocket; upgrade the connection, or use POST, or GET /v1/responses/{id}."),
                StatusCodes.Status426UpgradeRequired);
            return;
        }

        if (context.Request.Headers.ContainsKey(HeaderNames.IdempotencyKey))
        {
            throw Invalid.Request(
                $"An {HeaderNames.IdempotencyKey} is of one turn; give '{SocketCreate.IdempotencyKey}' in each message instead.",
                HeaderNames.IdempotencyKey);
        }

        // A browser opens WebSockets to other sites without asking them first; a page of another site must not speak here
        // in the name of whoever looks at it.
        if (!IsSameOrigin(context.Request))
        {
            await ErrorWriter.WriteAsync(
                context,
                Invalid.Request($"The origin '{context.Request.Headers.Origin}' is not the one of this server.", "Origin"),
                StatusCodes.Status403Forbidden);
            return;
        }

        using var place = calls.Streams.Enter();
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = TimeSpan.FromSeconds(calls.Options.KeepAliveSeconds),
            KeepAliveTimeout = TimeSpan.FromSeconds(calls.Options.SlowReaderSeconds),
        });
        using var responses = new ResponseSocket(socket, context, calls, logger);
        await responses.RunAsync(stopping);
    }

    private static bool IsSameOrigin(HttpRequest request) =>
        request.Headers.Origin.ToString() is not { Length: > 0 } origin
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
