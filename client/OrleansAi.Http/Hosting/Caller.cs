using Microsoft.AspNetCore.Http;
using OrleansAi.Client;
using OrleansAi.Contracts.Access;

namespace OrleansAi.Http.Hosting;

/// <summary>Who sent a request.</summary>
/// <param name="Tenant">The tenant that everything the request reads and writes belongs to.</param>
internal sealed record Caller(string Tenant)
{
    /// <summary>Whoever calls what needs no key where keys are asked for: no tenant of anybody, and no role.</summary>
    public static readonly Caller Nobody = new("nobody") { Role = KeyRole.App };

    private static readonly Caller Local = new(OrleansAiClient.LocalTenant) { Role = KeyRole.Admin };

    /// <summary>What the caller's key stands for; null where keys are not asked for.</summary>
    public KeyGrant? Grant { get; init; }

    /// <summary>Who the caller is in logs: the key's id, or <c>local</c>.</summary>
    public string Id => Grant?.KeyId ?? Tenant;

    /// <summary>What the caller may do.</summary>
    public required KeyRole Role { get; init; }

    /// <summary>The caller of a request; the local one where keys are not asked for.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? Local;

    /// <summary>The caller that a key makes.</summary>
    public static Caller Of(KeyGrant grant) => new(grant.Project) { Grant = grant, Role = grant.Role };
}
