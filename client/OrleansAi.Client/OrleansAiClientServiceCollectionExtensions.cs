using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansAi.Contracts.Ids;

namespace OrleansAi.Client;

/// <summary>Adds the cluster client.</summary>
public static class OrleansAiClientServiceCollectionExtensions
{
    /// <summary>
    /// Connects this process to running silos and adds <see cref="OrleansAiClient"/>. The host's start waits for a silo.
    /// </summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="configure">Changes the connection; by default one silo on this machine.</param>
    public static IServiceCollection AddOrleansAiClient(
        this IServiceCollection services, Action<ClusterConnectionOptions>? configure = null)
    {
        var options = new ClusterConnectionOptions();
        configure?.Invoke(options);
        services.AddOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = options.ClusterId;
                cluster.ServiceId = options.ServiceId;
            });

            // Orleans' own minute would be how long calls still wait at the gateway of a silo that hangs, when it has long been declared dead.
            client.Configure<GatewayOptions>(static gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
            client.AddActivityPropagation();
            client.UseConnectionRetryFilter(new ConnectionRetry(TimeSpan.FromSeconds(options.ConnectSeconds)).ShouldRetryAsync);
            if (options.ConnectionString is { } connectionString)
            {
                client.UseAdoNetClustering(membership =>
                {
                    membership.Invariant = "Npgsql";
                    membership.ConnectionString = connectionString;
                });
            }
            else
            {
                client.UseLocalhostClustering(options.GatewayPort, options.ServiceId, options.ClusterId);
            }
        });
        return services.AddOrleansAiCalls();
    }

    /// <summary>Adds <see cref="OrleansAiClient"/> over the Orleans client that the process has already, for example a silo's own.</summary>
    public static IServiceCollection AddOrleansAiCalls(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IdSource>();
        services.TryAddSingleton<OrleansAiClient>(static provider => new OrleansAiClient(
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<IdSource>(),
            provider.GetRequiredService<TimeProvider>(),
            OrleansAiClient.LocalTenant));
        return services;
    }

    private sealed class ConnectionRetry(TimeSpan patience)
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
        private TimeSpan _waited;

        public async Task<bool> ShouldRetryAsync(Exception exception, CancellationToken cancellationToken)
        {
            await Task.Delay(Pause, cancellationToken);
            _waited += Pause;
            return _waited < patience;
        }
    }
}
