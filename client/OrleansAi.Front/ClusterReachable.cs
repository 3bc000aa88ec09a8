using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansAi.Client;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Front;

/// <summary>Ready means that a silo answers.</summary>
internal sealed class ClusterReachable(OrleansAiClient client) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await client.ListModelsAsync().WaitAsync(TimeSpan.FromSeconds(2), cancellationToken);
            return HealthCheckResult.Healthy("ready");
        }
        catch (Exception exception) when (exception is OrleansAiException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("No silo answers.");
        }
    }
}
