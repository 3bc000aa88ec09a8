using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansAi.Access.Limits;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Access;

/// <summary>
/// Counts one project's requests, tokens and open runs. Entering is decided at once from memory; what runs took is looked up
/// after their requests were answered.
/// </summary>
[Reentrant]
internal sealed partial class RateLimitGrain(
    IJournal journal, TimeProvider time, IGrainContext context, ILogger<RateLimitGrain> logger) : Grain, IRateLimitGrain
{
    private const int Parallelism = 32;
    private const int MostOpenRuns = 10_000;
    private const int MostCharged = 10_000;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    // A request has no run until its admission is durable; one that is older and has none is taken for lost.
    private static readonly TimeSpan Lost = TimeSpan.FromSeconds(10);

    private readonly RateLimiter _limiter = new(time);
    private readonly string _tenant = context.GrainId.Key.ToString()!;
    private readonly Dictionary<string, string> _open = new(StringComparer.Ordinal);

    // Runs that were charged, newest last: a repeated request joins its run and must not pay for it again.
    private readonly HashSet<string> _charged = new(StringComparer.Ordinal);
    private readonly Queue<string> _chargedOrder = new();
    private IGrainTimer? _timer;

    public Task<LimitDecision> Enter(LimitRequest request)
    {
        var decision = _limiter.Enter(request);
        Watch();
        return Task.FromResult(decision);
    }

    public async Task Leave(string ticket, string? runId)
    {
        if (runId is null)
        {
            _limiter.Leave(ticket, 0);
            return;
        }

        _limiter.Bind(ticket);
        _open[ticket] = runId;
        await SettleAsync(ticket, runId);
        Watch();
    }

    public Task Settle(string keyId, int moreTokens)
    {
        _limiter.Settle(keyId, moreTokens);
        return Task.CompletedTask;
    }

    private void Watch()
    {
        if (_open.Count > 0 || _limiter.RefusedForRuns)
        {
            _timer ??= this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(Period, Period) { KeepAlive = true });
        }
    }

    private async Task LookAsync()
    {
        foreach (var chunk in _open.ToArray().Chunk(Parallelism))
        {
            await Task.WhenAll(chunk.Select(run => SettleAsync(run.Key, run.Value)));
        }

        if (_limiter.RefusedForRuns)
        {
            _limiter.RefusedForRuns = false;
            await ReclaimAsync();
        }

        if (_open.Count == 0 && !_limiter.RefusedForRuns)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private async Task SettleAsync(string ticket, string runId)
    {
        Usage? usage = null;
        try
        {
            // From its record and not from its owner, who shows nothing of a run that was deleted or not to be stored: it took
            // what it took all the same. A run that is not there has ended, too.
            if (await journal.FindRunAsync(_tenant, runId, CancellationToken.None) is { } entry)
            {
                if (!entry.Status.IsTerminal())
                {
                    return;
                }

                usage = await UsageAsync(entry);
            }
        }
        catch (JournalException exception)
        {
            // The next look tries again; meanwhile the run counts as open, which is the safe side.
            LogNotSettled(exception, runId);
            return;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A record that cannot be read now never can: its run must not hold its place for ever.
            LogNotCharged(exception, runId);
        }

        if (_open.Remove(ticket))
        {
            _limiter.Leave(ticket, usage is not null && IsFirst(runId) ? usage.InputTokens + usage.OutputTokens : 0);
        }
    }

    // Without the contents that the record refers to: they may be long, and they may be gone.
    private async Task<Usage?> UsageAsync(RunEntry entry) => entry.EndedPosition is { } ended
        ? RecordReader.Read(await journal.ReadAtAsync(entry.Stream, [ended], CancellationToken.None))
            .Select(static record => record.Body).OfType<RunEndedBody>().FirstOrDefault()?.ModelOutput?.Usage
        : null;

    private bool IsFirst(string runId)
    {
        if (!_charged.Add(runId))
        {
            return false;
        }

        _chargedOrder.Enqueue(runId);
        if (_chargedOrder.Count > MostCharged)
        {
            _charged.Remove(_chargedOrder.Dequeue());
        }

        return true;
    }

    private async Task ReclaimAsync()
    {
        try
        {
            var open = await journal.SearchRunsAsync(
                _tenant, new RunQuery { Status = RunStatus.InProgress, Limit = MostOpenRuns }, CancellationToken.None);
            _limiter.Reclaim(open.Count, Lost);
        }
        catch (JournalException exception)
        {
            LogNotReclaimed(exception, _tenant);
        }
    }

    [LoggerMessage(3050, LogLevel.Warning, "What the run {RunId} took is not known yet; it is looked up again.")]
    private partial void LogNotSettled(Exception exception, string runId);

    [LoggerMessage(3052, LogLevel.Error, "What the run {RunId} took cannot be read; nobody is charged for it.")]
    private partial void LogNotCharged(Exception exception, string runId);

    [LoggerMessage(3051, LogLevel.Warning, "The open runs of {Tenant} cannot be counted; they are counted again.")]
    private partial void LogNotReclaimed(Exception exception, string tenant);
}
