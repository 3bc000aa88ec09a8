using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Http.Hosting;

/// <summary>
/// In <c>Auth:Mode=Local</c> only names of this machine are answered. A page of another site can make its own name lead to this
/// machine (DNS rebinding) and would then be taken for a page of this server.
/// </summary>
internal sealed class LocalHostGate(RequestDelegate next)
{
    /// <summary>Passes a request on, or refuses it.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        // Who comes over a Unix socket names what it likes, and is no browser.
        var host = context.Request.Host.Host;
        return host.Length == 0 || context.Connection.LocalIpAddress is null || LoopbackOnly.IsLoopbackHost(host)
            ? next(context)
            : throw new OrleansAiException(
                ErrorCodes.Forbidden,
                $"The host '{(host.Length <= 64 ? host : host[..64])}' is not this machine. OrleansAi:Auth:Mode is Local: use localhost, or set it to Keys.");
    }
}
