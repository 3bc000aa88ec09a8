using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Retention;
using OrleansAi.Grains;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Silo.Hosting;

/// <summary>
/// Drives retention. Every silo asks for it; what is done for a tenant is done by one grain in the cluster, so it does not matter which silo dies.
/// </summary>
internal sealed partial class RetentionService(
    IGrainFactory grains,
    IIntegritySource integrity,
    IOptions<RetentionOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<RetentionService> logger) : BackgroundService
{
    private const int TenantsAtOnce = 4;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.IsOn)
        {
            return;
        }

        // Hosted services start one after the other; grains can be called once all of them have.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PassSeconds), time);
        do
        {
            try
            {
                var tenants = (await TenantNames.ReadAsync(integrity, stoppingToken)).Where(tenant => !options.Value.Of(tenant).IsUnlimited).ToList();
                while (tenants.Count > 0 && !stoppingToken.IsCancellationRequested)
                {
                    tenants = await PassAsync(tenants);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // Each of them once, so that one that has much to let go does not keep the others.
    private async Task<List<string>> PassAsync(List<string> tenants)
    {
        var more = new List<string>();
        foreach (var some in tenants.Chunk(TenantsAtOnce))
        {
            var passes = await Task.WhenAll(some.Select(PassAsync));
            more.AddRange(some.Where((_, index) => passes[index].HasMore));
        }

        return more;
    }

    private async Task<RetentionPass> PassAsync(string tenant)
    {
        try
        {
            return await grains.GetGrain<IRetentionGrain>(tenant).Pass();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogTenantFailed(exception, tenant);
            return new RetentionPass();
        }
    }

    [LoggerMessage(4040, LogLevel.Error, "Retention cannot begin; it is tried again.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(4041, LogLevel.Error, "Retention of the tenant {Tenant} failed; it is tried again.")]
    private partial void LogTenantFailed(Exception exception, string tenant);
}
