using OrleansAi.Contracts.Vendors;
using OrleansAi.Grains;
using OrleansAi.Vendors.Reports;

namespace OrleansAi.Silo.Hosting;

/// <summary>Tells the cluster how the vendors of this silo do.</summary>
internal sealed partial class VendorReportService(
    IGrainFactory grains,
    VendorReporter reporter,
    AlertWebhook webhook,
    ILocalSiloDetails silo,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<VendorReportService> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                var name = silo.SiloAddress.ToParsableString();
                var vendors = reporter.Report();
                var alerts = reporter.Alerts(vendors, name);
                webhook.Offer(alerts);
                await grains.GetGrain<IVendorBoardGrain>(0).Report(new SiloVendorReport
                {
                    Silo = name,
                    At = time.GetUtcNow().ToUnixTimeMilliseconds(),
                    Vendors = vendors,
                    Alerts = alerts,
                });
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(4011, LogLevel.Warning, "How the vendors of this silo do could not be told; it is tried again.")]
    private partial void LogFailed(Exception exception);
}
