using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Client;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http;

/// <summary>Adds the HTTP front.</summary>
public static class HttpServiceCollectionExtensions
{
    /// <summary>
    /// Adds the HTTP front. The process is a silo, or a client of one by <c>AddOrleansAiClient</c>.
    /// </summary>
    /// <exception cref="OrleansAiException">The configuration is refused; the message says why in one line.</exception>
    public static IServiceCollection AddOrleansAiHttp(this IServiceCollection services, IConfiguration configuration)
    {
        var mode = configuration["OrleansAi:Auth:Mode"];
        if (mode is { Length: > 0 } && !Enum.TryParse<AuthMode>(mode, ignoreCase: true, out _))
        {
            throw new OrleansAiException(ErrorCodes.InvalidRequest, $"OrleansAi:Auth:Mode is '{mode}'; it must be Local.");
        }

        LoopbackOnly.Check(configuration);
        services.AddOrleansAiCalls();
        services.AddOptions<HttpOptions>().BindConfiguration(HttpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OpenStreams>();
        services.AddHostedService<LoopbackOnly>();
        services.AddHealthChecks();
        services.Configure<KestrelServerOptions>(static kestrel =>
        {
            kestrel.AddServerHeader = false;

            // The limit is HttpOptions.MaxBodyBytes, held where bodies are read. Kestrel's own would cut the connection
            // under the answer that names the limit.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        return services;
    }
}
