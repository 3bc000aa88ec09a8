using OrleansAi.Grains;

namespace OrleansAi.Silo.Hosting;

/// <summary>
/// Drives the sweep over open runs. Every silo asks for it; the sweep itself is one grain in the cluster, so it does not
/// matter which silo dies.
/// </summary>
internal sealed partial class SweepService(
    IGrainFactory grains, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SweepService> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when a sweep has gone over all open runs since this silo started.</summary>
    public bool HasSwept => _first.Task.IsCompletedSuccessfully;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Hosted services start one after the other; grains can be called once all of them have.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await grains.GetGrain<ISweepGrain>(0).Sweep();
                _first.TrySetResult();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(4001, LogLevel.Error, "The sweep over open runs failed; it is tried again.")]
    private partial void LogFailed(Exception exception);
}
