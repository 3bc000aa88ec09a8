using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;
using OrleansAi.Journal;

namespace OrleansAi.Silo.Hosting;

/// <summary>Ready means: the storage answers, the silo has joined its cluster, the sweep runs, and nobody asked it to stop.</summary>
internal sealed class SiloReadiness(
    IJournalStore store, SweepService sweep, ISiloStatusOracle silo, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("The silo is stopping.");
        }

        if (silo.CurrentStatus != SiloStatus.Active)
        {
            return HealthCheckResult.Unhealthy($"The silo has not joined its cluster; its status is {silo.CurrentStatus}.");
        }

        if (!sweep.HasSwept)
        {
            return HealthCheckResult.Unhealthy("The first sweep over open runs has not ended.");
        }

        try
        {
            await store.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy("ready");
        }
        catch (JournalException exception)
        {
            return HealthCheckResult.Unhealthy($"The storage does not answer: {exception.Message}");
        }
    }
}
