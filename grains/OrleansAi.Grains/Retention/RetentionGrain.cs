using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Retention;
using OrleansAi.Grains.Conversations;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Grains.Retention;

/// <summary>
/// Goes over a tenant's runs, the oldest first, and has the owners of their conversations let go what the limits say. It holds no more than where it
/// is; that is noted, so that an activation begins where the last one was.
/// </summary>
[Reentrant]
internal sealed partial class RetentionGrain : Grain, IRetentionGrain
{
    private const int PageSize = 200;
    private const int Parallelism = 8;
    private const string Age = "age";
    private const string Size = "size";

    private readonly IJournal _journal;
    private readonly RetentionOptions _options;
    private readonly RunWeights _weights;
    private readonly RetentionLog _log;
    private readonly TimeProvider _time;
    private readonly IFaultPoints _faults;
    private readonly ILogger _logger;
    private readonly string _silo;
    private readonly string _tenant;
    private Task<RetentionPass>? _running;
    private bool _isLoaded;

    // Of every run up to here nothing is left to do; runs up to there were looked at since the walk began.
    private string? _settled;
    private string? _walked;
    private bool _isBehindOpen;

    // What the runs weigh up to the last one that was weighed, without those that are settled.
    private string? _weighed;
    private long _bytes;

    public RetentionGrain(
        IJournal journal,
        IIntegritySource integrity,
        IOptions<RetentionOptions> options,
        IdSource ids,
        TimeProvider time,
        IFaultPoints faults,
        ILocalSiloDetails silo,
        ILogger<RetentionGrain> logger,
        IGrainContext context)
    {
        _journal = new GrainJournal(journal);
        _options = options.Value;
        _weights = new RunWeights(integrity);
        _time = time;
        _faults = faults;
        _logger = logger;
        _silo = silo.SiloAddress.ToParsableString();
        _tenant = context.GrainId.Key.ToString()!;
        _log = new RetentionLog(_journal, ids, _tenant);
    }

    public Task<RetentionPass> Pass() => _running is { IsCompleted: false } ? _running : _running = PassAsync();

    private async Task<RetentionPass> PassAsync()
    {
        var policy = _options.Of(_tenant);
        if (policy.IsUnlimited)
        {
            return new RetentionPass();
        }

        await LoadAsync();
        var isWeighed = policy.MaxBytes is null || await WeighAsync();
        var decision = new RetentionDecision(policy, _time.GetUtcNow(), _bytes);
        var done = new RetentionPass { HasMore = !isWeighed };
        done = await UnpinnedAsync(decision, done);
        done = await WalkAsync(decision, done);
        if (done.Runs > 0)
        {
            _faults.Hit(FaultPoint.BeforeRetentionNote);
        }

        await NoteAsync(done);
        return done;
    }

    private async Task LoadAsync()
    {
        if (!_isLoaded)
        {
            _settled = _walked = _weighed = (await _log.ReadAsync(CancellationToken.None))?.UpTo;
            (_bytes, _isLoaded) = (0, true);
        }
    }

    // A walk goes on where the last pass stopped. Once it is at its end the next one begins behind what is settled for good.
    private async Task<RetentionPass> WalkAsync(RetentionDecision decision, RetentionPass done)
    {
        var looked = 0;
        while (looked < _options.RunsPerPass)
        {
            var page = await SearchAsync(new RunQuery { Cursor = _walked, Ascending = true, Limit = PageSize });
            var due = new List<(RunEntry Run, string Reason)>();
            var isAtEnd = page.Count < PageSize;
            var seen = 0;
            foreach (var run in page)
            {
                var verdict = decision.Of(run);
                if (verdict == RetentionVerdict.Kept)
                {
                    isAtEnd = true;
                    break;
                }

                seen++;
                if (verdict is RetentionVerdict.TooOld or RetentionVerdict.TooMuch)
                {
                    due.Add((run, verdict == RetentionVerdict.TooOld ? Age : Size));
                    decision.Take(await WeightAsync(run));
                }
            }

            looked += seen;
            var released = await ReleaseAsync(due);
            done = done with { Looked = done.Looked + seen, Runs = done.Runs + released.Ids.Count, Bytes = done.Bytes + released.Bytes };
            Settle(page.Take(seen), released.Ids);
            _bytes = decision.Bytes;
            if (isAtEnd)
            {
                (_walked, _isBehindOpen) = (_settled, false);
                return done;
            }
        }

        return done with { HasMore = true };
    }

    private void Settle(IEnumerable<RunEntry> runs, HashSet<string> released)
    {
        foreach (var run in runs)
        {
            _isBehindOpen |= run is not { ReleasedAt: not null } and not { Pinned: true } && !released.Contains(run.RunId);
            _walked = run.RunId;
            if (!_isBehindOpen)
            {
                _settled = run.RunId;
            }
        }
    }

    // The walk is past them: they were pinned then, and so not among those that were weighed.
    private async Task<RetentionPass> UnpinnedAsync(RetentionDecision decision, RetentionPass done)
    {
        var unpinned = await SearchAsync(new RunQuery { Unpinned = true, Ascending = true, Limit = PageSize });
        var due = new List<(RunEntry Run, string Reason)>();
        foreach (var run in unpinned)
        {
            var verdict = decision.Of(run);
            if (verdict is RetentionVerdict.TooOld or RetentionVerdict.TooMuch)
            {
                due.Add((run, verdict == RetentionVerdict.TooOld ? Age : Size));
            }
        }

        var released = await ReleaseAsync(due);
        return done with { Runs = done.Runs + released.Ids.Count, Bytes = done.Bytes + released.Bytes };
    }

    private async Task<(HashSet<string> Ids, long Bytes)> ReleaseAsync(IReadOnlyList<(RunEntry Run, string Reason)> due)
    {
        var released = new HashSet<string>(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var chunk in due.GroupBy(static one => (one.Run.Stream, one.Reason)).Chunk(Parallelism))
        {
            var results = await Task.WhenAll(chunk.Select(group =>
                ReleaseAsync(group.Key.Stream, [.. group.Select(static one => one.Run.RunId)], group.Key.Reason)));
            foreach (var result in results)
            {
                released.UnionWith(result.RunIds);
                bytes += result.Bytes;
            }
        }

        return (released, bytes);
    }

    private async Task<RunsRelease> ReleaseAsync(string stream, IReadOnlyList<string> runs, string reason)
    {
        try
        {
            var release = await GrainFactory.GetGrain<IConversationGrain>(stream).ReleaseRuns(runs, reason);
            RetentionMetrics.Record(release.RunIds.Count, release.Bytes, reason);
            return release;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // One conversation that cannot be written must not keep the others; the next walk comes by it again.
            LogNotReleased(exception, stream);
            return RunsRelease.Nothing;
        }
    }

    // What has ended since, up to the first run that is open.
    private async Task<bool> WeighAsync()
    {
        for (var weighed = 0; weighed < _options.RunsPerPass; weighed += PageSize)
        {
            var page = await SearchAsync(new RunQuery { Cursor = _weighed, Ascending = true, Limit = PageSize });
            RunEntry[] ended = [.. page.TakeWhile(static run => run.EndedPosition is not null)];
            RunEntry[] kept = [.. ended.Where(static run => run is { ReleasedAt: null, Pinned: not true })];
            _bytes += kept.Length == 0 ? 0 : (await _weights.OfAsync(kept, CancellationToken.None)).Sum();
            _weighed = ended.Length > 0 ? ended[^1].RunId : _weighed;
            if (ended.Length < PageSize)
            {
                return true;
            }
        }

        return false;
    }

    // What was not weighed yet has nothing to be taken off.
    private async Task<long> WeightAsync(RunEntry run) =>
        _options.Of(_tenant).MaxBytes is null || _weighed is null || string.CompareOrdinal(KeyOf(run.RunId), KeyOf(_weighed)) > 0
            ? 0
            : (await _weights.OfAsync([run], CancellationToken.None))[0];

    // What of an id sorts by time: runs of all kinds are in one order.
    private static string KeyOf(string runId) => runId.Length > IdSource.Length ? runId[^IdSource.Length..] : runId;

    private async Task<IReadOnlyList<RunEntry>> SearchAsync(RunQuery query)
    {
        var runs = await _journal.SearchRunsAsync(_tenant, query, CancellationToken.None);
        return runs.Count > query.Limit ? [.. runs.Take(query.Limit)] : runs;
    }

    private async Task NoteAsync(RetentionPass done)
    {
        if (done.Runs == 0)
        {
            LogNothing(_tenant, done.Looked);
            return;
        }

        LogReleased(done.Runs, _tenant, done.Bytes, done.Looked, _settled ?? "none");
        var note = new RetentionNote
        {
            At = _time.GetUtcNow().ToUnixTimeMilliseconds(), Silo = _silo, UpTo = _settled, Runs = done.Runs, Bytes = done.Bytes,
        };
        if (!await _log.WriteAsync(note, CancellationToken.None))
        {
            // Another activation is at work as well. What both do is decided by the owners of the conversations.
            _isLoaded = false;
        }
    }

    [LoggerMessage(3080, LogLevel.Information,
        "Retention let the content of {Runs} runs of {Tenant} go, {Bytes} bytes; it looked at {Looked} runs, and up to {Settled} nothing is left to do.")]
    private partial void LogReleased(int runs, string tenant, long bytes, int looked, string settled);

    [LoggerMessage(3081, LogLevel.Debug, "Retention found nothing to let go of {Tenant}; it looked at {Looked} runs.")]
    private partial void LogNothing(string tenant, int looked);

    [LoggerMessage(3082, LogLevel.Error, "The content of runs of {Stream} cannot be let go; it is tried again.")]
    private partial void LogNotReleased(Exception exception, string stream);
}
