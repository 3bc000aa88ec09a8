using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansAi.Client;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.Hosting;

/// <summary>What every endpoint needs.</summary>
internal sealed class FrontCalls(OrleansAiClient client, IOptions<HttpOptions> options, TimeProvider time, OpenStreams streams)
{
    public HttpOptions Options { get; } = options.Value;

    public TimeProvider Time { get; } = time;

    public OpenStreams Streams { get; } = streams;

    /// <summary>The calls of a request's tenant (invariant 13): the only way from an endpoint to the cluster.</summary>
    public OrleansAiClient Of(HttpContext context) => client.ForTenant(Caller.Of(context).Tenant);
}
