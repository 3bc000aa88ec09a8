using Microsoft.AspNetCore.Http;
using OrleansAi.Client;

namespace OrleansAi.Http.Hosting;

/// <summary>Who sent a request.</summary>
/// <param name="Tenant">The tenant that everything the request reads and writes belongs to.</param>
internal sealed record Caller(string Tenant)
{
    private static readonly Caller Local = new(OrleansAiClient.LocalTenant);

    /// <summary>The caller of a request; the local one where keys are not asked for.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? Local;
}
