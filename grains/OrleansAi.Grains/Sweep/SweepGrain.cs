using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Telemetry;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Sweep;

/// <summary>
/// Proves that every open run has a waker (invariant 5): a run whose silo is gone is woken at once, and every other one
/// that has been open for a while is asked for, which costs its live owner nothing.
/// </summary>
[Reentrant]
internal sealed partial class SweepGrain(IJournal journal, TimeProvider time, ILogger<SweepGrain> logger) : Grain, ISweepGrain
{
    private const int PageSize = 500;
    private const int Parallelism = 32;
    private static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(30);
    private static readonly System.Diagnostics.Metrics.Counter<long> Orphans = TelemetrySources.Meter.CreateCounter<long>(
        "orleansai.sweep.orphans", "{run}", "Open runs found without a living waker.");

    private readonly Dictionary<string, DateTimeOffset> _asked = [];
    private Task<int>? _running;

    public Task<int> Sweep() => _running is { IsCompleted: false } ? _running : _running = SweepAsync();

    private async Task<int> SweepAsync()
    {
        var hosts = await GrainFactory.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        var alive = hosts.Keys.Select(static silo => silo.ToParsableString()).ToHashSet(StringComparer.Ordinal);
        var now = time.GetUtcNow();
        foreach (var stale in _asked.Where(asked => now - asked.Value > 2 * Suspicious).Select(static asked => asked.Key).ToArray())
        {
            _asked.Remove(stale);
        }

        var woken = 0;
        var after = "";
        while (true)
        {
            var page = await journal.ListOpenRunsAsync(after, PageSize, CancellationToken.None);
            var orphans = page.Where(run => run.Waker is null || !alive.Contains(run.Waker)).ToArray();

            // Zeros, too: an alert on the growth of a counter that begins with its first case would miss that case.
            Orphans.Add(orphans.Length);
            if (orphans.Length > 0)
            {
                LogOrphans(orphans.Length, orphans[0].RunId);
            }

            var suspicious = page.Where(run => now - DateTimeOffset.FromUnixTimeMilliseconds(run.CreatedAt) > Suspicious
                && (!_asked.TryGetValue(run.Stream, out var asked) || now - asked > Suspicious));
            string[] streams = [.. orphans.Concat(suspicious).Select(static run => run.Stream).Distinct()];
            foreach (var chunk in streams.Chunk(Parallelism))
            {
                await Task.WhenAll(chunk.Select(WakeAsync));
            }

            foreach (var stream in streams)
            {
                _asked[stream] = now;
            }

            woken += streams.Length;
            if (page.Count < PageSize)
            {
                return woken;
            }

            after = page[^1].RunId;
        }
    }

    private async Task WakeAsync(string stream)
    {
        try
        {
            await (StreamNames.Parse(stream).Conversation.StartsWith(IdPrefixes.Collection, StringComparison.Ordinal)
                ? GrainFactory.GetGrain<ICollectionGrain>(stream).Wake()
                : GrainFactory.GetGrain<IConversationGrain>(stream).Wake());
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // One owner that cannot be woken must not keep the others asleep; the next sweep tries again.
            LogNotWoken(exception, stream);
        }
    }

    [LoggerMessage(3040, LogLevel.Warning, "{Count} open runs have no living waker, the first is {RunId}; they are woken.")]
    private partial void LogOrphans(int count, string runId);

    [LoggerMessage(3041, LogLevel.Error, "The owner of {Stream} cannot be woken; the next sweep tries again.")]
    private partial void LogNotWoken(Exception exception, string stream);
}
