using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Telemetry;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;
using OrleansAi.Engine.Runs;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Conversations;

/// <summary>
/// Carries out the open runs of one conversation, one after the other in the order of their admission. All its code runs
/// on the scheduler of the activation, so between two awaits nothing else happens.
/// </summary>
internal sealed partial class TurnQueue(
    ConversationLedger ledger,
    RunEngine engine,
    RunArchive archive,
    ConversationOptions options,
    TimeProvider time,
    IFaultPoints faults,
    OpenRunCount openRuns,
    ILogger logger,
    string silo,
    ExecutionOrigin origin,
    CancellationToken processStopping)
{
    // A run that fails by a defect on every process must not be tried for ever.
    private const int MostRecoveries = 5;

    private readonly Dictionary<string, LiveRun> _live = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _draining = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _pump = Task.CompletedTask;

    /// <summary>The way to collections.</summary>
    public required IRetriever Retriever { get; init; }

    /// <summary>Ends when the activation begins to stop: waiting callers are told to ask again.</summary>
    public Task Draining => _draining.Task;

    /// <summary>A run that is open here, or null.</summary>
    public LiveRun? Find(string runId) => _live.GetValueOrDefault(runId);

    /// <summary>Takes in the open runs of a state that was read from the journal.</summary>
    /// <param name="isFirstLoad">
    /// True when the activation is new: only the first open run can have begun then, since one owner runs them in order.
    /// After a refused append another owner is at work, and any of them may have.
    /// </param>
    public void Adopt(bool isFirstLoad)
    {
        var state = ledger.State;
        foreach (var (run, index) in state.Open.Select(static (run, index) => (run, index)))
        {
            if (_live.TryGetValue(run.Admitted.RunId, out var live))
            {
                live.Run = run;
            }
            else
            {
                _live[run.Admitted.RunId] = new LiveRun(run, state.Id, isRecovered: !isFirstLoad || index == 0) { WaitsSince = time.GetTimestamp() };
                openRuns.Add();
            }
        }

        Pump();
    }

    /// <summary>Takes in a run that was just admitted here.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stored">How long its admission took to become durable.</param>
    public LiveRun Enqueue(OpenRun run, TimeSpan stored)
    {
        var live = _live[run.Admitted.RunId] = new LiveRun(run, ledger.State.Id, isRecovered: false)
        {
            Stored = (long)stored.TotalMicroseconds,
            WaitsSince = time.GetTimestamp(),
        };
        openRuns.Add();
        Pump();
        return live;
    }

    /// <summary>Cancels an open run and returns how it ended.</summary>
    public async Task<RunView> CancelAsync(LiveRun run)
    {
        if (run.IsClaimed)
        {
            await run.Cancel.CancelAsync();
            await Task.WhenAny(run.Ended, Draining);
            return run.View();
        }

        run.IsClaimed = true;
        run.Begin();
        await EndAsync(run, engine.CancelBeforeStart(Plan(run)));
        Pump();
        return run.View();
    }

    /// <summary>Lets the running turn end in the given time, else leaves it to another process.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        _draining.TrySetResult();
        try
        {
            await _pump.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            LogHandedOver(ledger.State.Id, ledger.State.Open.Count);
        }

        await _stop.CancelAsync();
        await _pump;
        openRuns.Remove(_live.Count);
    }

    private void Pump()
    {
        if (_pump.IsCompleted && !Draining.IsCompleted && (ledger.State.Open.Count > 0 || _live.Count > 0))
        {
            _pump = PumpAsync();
        }
    }

    private async Task PumpAsync()
    {
        // The queue serves many requests: none of their contexts may flow into a later turn.
        RequestContext.Clear();
        Activity.Current = null;
        await Task.Yield();
        while (!Draining.IsCompleted && (NextEndedElsewhere() ?? NextRun()) is { } run)
        {
            try
            {
                await (ledger.State.FindOpen(run.Id) is null ? EndAsync(run, null) : ExecuteAsync(run));
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The run stays open in the journal: it is taken up again here, or by its next owner.
                LogTurnBroken(exception, run.Id);
                run.IsClaimed = false;
                run.IsRecovered = true;
                if (processStopping.IsCancellationRequested)
                {
                    return;
                }

                var pause = TimeSpan.FromMilliseconds(200 << Math.Min(run.Run.Recoveries, MostRecoveries));
                await Task.Delay(pause, time, _stop.Token).ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    // Another owner may have ended a run that waits here; whoever waits for it is told.
    private LiveRun? NextEndedElsewhere()
    {
        var run = _live.Values.FirstOrDefault(run => !run.IsClaimed && ledger.State.FindOpen(run.Id) is null);
        if (run is not null)
        {
            run.IsClaimed = true;
        }

        return run;
    }

    private LiveRun? NextRun()
    {
        foreach (var open in ledger.State.Open)
        {
            if (_live.TryGetValue(open.Admitted.RunId, out var run) && !run.IsClaimed)
            {
                run.IsClaimed = true;
                return run;
            }
        }

        return null;
    }

    private async Task ExecuteAsync(LiveRun run)
    {
        using var activity = ActivityContext.TryParse(run.Run.Admitted.TraceParent, null, isRemote: true, out var parent)
            ? TelemetrySources.Activities.StartActivity("turn", ActivityKind.Internal, parent)
            : null;
        activity?.SetTag(TelemetryNames.RunId, run.Id);
        activity?.SetTag(TelemetryNames.GenAiConversationId, run.ConversationId);
        run.Waited = (long)time.GetElapsedTime(run.WaitsSince).TotalMicroseconds;
        activity?.SetTag(TelemetryNames.Route, run.Run.Admitted.Model);
        activity?.SetTag(TelemetryNames.Silo, silo);
        if (run.IsRecovered)
        {
            await RecoverAsync(run);
            if (ledger.State.FindOpen(run.Id) is null)
            {
                await EndAsync(run, null);
                return;
            }
        }

        run.Begin();
        if (run.Run.Admitted.IsDestroyed)
        {
            // It was deleted while it was open: nobody knows any more what was asked.
            await EndAsync(run, engine.CancelBeforeStart(Plan(run)));
            return;
        }

        var started = time.GetTimestamp();
        RunEndedBody result;
        try
        {
            result = await engine.ExecuteAsync(Plan(run), run.Log);
        }
        catch (Exception exception) when (run.Run.Recoveries >= MostRecoveries && !processStopping.IsCancellationRequested
            && !_stop.IsCancellationRequested)
        {
            // A vendor's trouble is a value; what is thrown is a process that goes down, or a defect. This often, it is one.
            LogTurnFailed(exception, run.Id);
            result = engine.FailByDefect(Plan(run), run.Log.Attempt);
        }

        if (result.Status == RunStatus.Failed && processStopping.IsCancellationRequested)
        {
            // In a process that goes down connections break and grains cannot be reached: that is no answer of the vendor's.
            throw new OperationCanceledException($"The process stops; {run.Id} is left to its next owner.");
        }

        await EndAsync(run, result);
        TurnMetrics.Record(run.View(), time.GetElapsedTime(started));
        TurnMetrics.Describe(activity, run.View(), run.Log.Attempt);
        await ledger.SnapshotAsync(options.SnapshotEveryRecords);
    }

    /// <summary>How a run would be carried out now.</summary>
    public RunPlan Plan(OpenRun run)
    {
        var input = run.Admitted.Input;
        var size = ContextSize.Of(input.Select(static item => item.ToItem())).WithCharacters(run.Admitted.Instructions?.Text.Length ?? 0);
        return new RunPlan
        {
            Admitted = run.Admitted,
            ConversationId = ledger.State.Id,
            AdmittedPosition = run.Position,
            History = ledger.State.Window.Select(size),
            IsTruncated = !ledger.State.Window.HoldsAllBeside(size),
            Recording = options.Recording,
            Recorded = run.Steps,
            Retriever = Retriever,
            Recoveries = run.Recoveries,
            Silo = silo,
            Origin = run.Admitted.Origin == origin ? null : origin,
            Timeout = TimeSpan.FromSeconds(options.RunTimeoutSeconds),
            Stopping = _stop.Token,
        };
    }

    private RunPlan Plan(LiveRun run) => Plan(run.Run) with
    {
        Cancelled = run.Cancel.Token,
        Wait = new RunWait { Storage = run.Stored, Queue = run.Waited },
        Record = (index, step) => RecordAsync(run, index, step),
    };

    private Task RecordAsync(LiveRun run, int index, StepBody step) => PersistAsync((state, _) =>
        state.FindOpen(run.Id) is not { } open || open.HasStep(index, step)
            ? null
            : new Entry(new RunSteppedBody { RunId = run.Id, Index = index, Step = step, Forget = open.Admitted.Forget })
            {
                KeepsContent = !(state.IsDeleted || state.Deleted.Contains(run.Id)),
            });

    private async Task RecoverAsync(LiveRun run)
    {
        await PersistAsync((state, _) => state.FindOpen(run.Id) is { } open
            ? new Entry(new RunRecoveredBody { RunId = run.Id, Attempt = open.Attempt + 1, Silo = silo, Origin = origin })
            {
                // The runs behind it wait for this one, so this owner is their waker too.
                Runs = [.. state.Open.Select(waiting => new RunChange(RunChangeKind.Wake, waiting.ToEntry(state, silo)))],
            }
            : null);
        run.IsRecovered = false;
        LogRecovered(run.Id, run.Run.Attempt);
        faults.Hit(FaultPoint.AfterRecovery);
    }

    private async Task EndAsync(LiveRun run, RunEndedBody? result)
    {
        var appended = false;
        if (result is not null)
        {
            await PersistAsync((state, position) =>
            {
                var open = state.FindOpen(run.Id);
                appended = open is not null;
                return open is null ? null : new Entry(result)
                {
                    // Of a run that was deleted, or whose caller wished so, no content is written, and what was asked is destroyed.
                    KeepsContent = !IsUnwanted(state, open),
                    Destroys = IsUnwanted(state, open)
                        ? [KeyPath.OfRecord(open.Position), .. open.StepPositions.Select(KeyPath.OfRecord), KeyPath.OfRecord(position)]
                        : [],
                    Erasure = KeyErasure.Soon,
                    Runs =
                    [
                        new RunChange(RunChangeKind.End, open.ToEntry(state, silo) with
                        {
                            Status = result.Status,
                            EndedAt = result.EndedAt,
                            EndedPosition = position,
                            Waker = null,
                            Listing = Listing(open.Admitted),
                        }),
                    ],
                };
            });
        }

        faults.Hit(FaultPoint.AfterEnd);
        var view = ledger.State.FindEnded(run.Id)
            ?? (await archive.FindAsync(ledger.State.Tenant, run.Id, CancellationToken.None))?.ToView()
            ?? throw new InvalidOperationException($"{run.Id} has ended but is not in the journal.");
        if (!appended && !run.Log.Written.IsEmpty)
        {
            // Another owner ended the run with its own answer: what was sent from here is closed, not continued.
            run.Log.AdvanceTo(run.Log.Attempt + 1);
        }

        if (_live.Remove(run.Id))
        {
            openRuns.Remove();
        }

        run.Begin();
        run.End(view);
    }

    private static bool IsUnwanted(ConversationState state, OpenRun run) =>
        run.Admitted.Forget || state.IsDeleted || state.Deleted.Contains(run.Admitted.RunId);

    // What must become durable is tried until it is, or until the process stops: the run is admitted, so it ends.
    private async Task PersistAsync(Func<ConversationState, long, Entry?> decide)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await ledger.AppendAsync(decide);
                return;
            }
            catch (OrleansAiException exception) when (exception.IsTransient)
            {
                LogNotStored(exception, ledger.State.Id);
                await Task.Delay(TimeSpan.FromMilliseconds(100 << Math.Min(attempt, 6)), time, _stop.Token);
            }
        }
    }

    private static string? Listing(RunAdmittedBody admitted) => admitted is { Kind: RunKind.ChatCompletion, Options: { Listed: true } options }
        ? options.ChoiceOf ?? admitted.RunId
        : null;

    [LoggerMessage(3020, LogLevel.Information, "Run {RunId} is recovered; attempt {Attempt} begins.")]
    private partial void LogRecovered(string runId, int attempt);

    [LoggerMessage(3021, LogLevel.Error, "Run {RunId} failed by a defect.")]
    private partial void LogTurnFailed(Exception exception, string runId);

    [LoggerMessage(3022, LogLevel.Error, "The queue stopped at run {RunId}; the sweep takes it up again.")]
    private partial void LogTurnBroken(Exception exception, string runId);

    [LoggerMessage(3023, LogLevel.Warning, "A record of conversation {Conversation} is not stored yet; it is tried again.")]
    private partial void LogNotStored(Exception exception, string conversation);

    [LoggerMessage(3024, LogLevel.Information, "Conversation {Conversation} hands {Open} open runs over.")]
    private partial void LogHandedOver(string conversation, int open);
}
