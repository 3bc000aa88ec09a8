using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Access;

/// <summary>
/// Keeps management from keys that may not manage: everything under <c>/api</c> is for operators, whether it exists or not,
/// and what is marked with <see cref="RequiredRole"/> for that role.
/// </summary>
internal sealed class RoleGate(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var required = context.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>()?.Role
            ?? (context.Request.Path.StartsWithSegments("/api") ? KeyRole.Operator : KeyRole.App);
        var role = Caller.Of(context).Role;
        return role >= required
            ? next(context)
            : throw new OrleansAiException(
                ErrorCodes.Forbidden, $"This is for keys with the role {required.ToText()}; this key's role is {role.ToText()}.");
    }
}

/// <summary>The least role that an endpoint is for.</summary>
internal sealed record RequiredRole(KeyRole Role);
