using Microsoft.Extensions.Options;
using OrleansAi.Client;

namespace OrleansAi.Http.Hosting;

/// <summary>What every endpoint needs.</summary>
internal sealed class FrontCalls(OrleansAiClient client, IOptions<HttpOptions> options, TimeProvider time)
{
    /// <summary>The calls of the request's tenant.</summary>
    public OrleansAiClient Client { get; } = client;

    public HttpOptions Options { get; } = options.Value;

    public TimeProvider Time { get; } = time;
}
