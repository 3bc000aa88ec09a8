using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansAi.Access.Keys;
using OrleansAi.Access.Load;
using OrleansAi.Client;
using OrleansAi.Client.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Files;
using OrleansAi.Http.Access;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Streaming;
using OrleansAi.Http.WebSockets;

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
        if (Auth.ModeOf(configuration) == AuthMode.Keys)
        {
            services.AddSingleton(Auth.HasherOf(configuration));
            services.TryAddSingleton<IKeyChecker, RemoteKeyChecker>();
        }
        else
        {
            LoopbackOnly.Check(configuration);
            services.AddHostedService<LoopbackOnly>();
        }

        services.AddOrleansAiCalls();
        services.TryAddSingleton<AccessClient>();
        services.AddSingleton<LimitDesk>();
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section);
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<HttpOptions>().BindConfiguration(HttpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<FileLimits>().BindConfiguration(FileLimits.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OpenStreams>();
        services.AddSingleton<SocketMemory>();
        services.TryAddSingleton<LoadWatch>();
        services.AddOptions<LoadOptions>().BindConfiguration(HttpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
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
