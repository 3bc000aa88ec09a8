using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Grains.Conversations;

/// <summary>An open run that this activation carries out or will.</summary>
internal sealed class LiveRun
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunView? _endedView;

    public LiveRun(OpenRun run, string conversationId, bool isRecovered)
    {
        Run = run;
        ConversationId = conversationId;
        IsRecovered = isRecovered;
        Log = new RunEventLog(RunViews.Admitted(run.Admitted, conversationId));
    }

    public OpenRun Run { get; set; }

    public string Id => Run.Admitted.RunId;

    public string ConversationId { get; }

    /// <summary>True when another process or activation may have begun the run.</summary>
    public bool IsRecovered { get; set; }

    /// <summary>True when the queue has taken the run up; from then on only the queue ends it.</summary>
    public bool IsClaimed { get; set; }

    public bool HasBegun { get; private set; }

    public RunEventLog Log { get; }

    public CancellationTokenSource Cancel { get; } = new();

    /// <summary>How long the admission took to become durable, microseconds; null when another owner admitted it.</summary>
    public long? Stored { get; init; }

    /// <summary>Since when it waits here, a timestamp of the clock.</summary>
    public long WaitsSince { get; init; }

    /// <summary>How long it has waited here when it was begun, microseconds.</summary>
    public long Waited { get; set; }

    public Task Ended => _ended.Task;

    public RunView View() => _endedView ?? View(HasBegun ? RunStatus.InProgress : RunStatus.Queued);

    public void Begin()
    {
        if (!HasBegun)
        {
            HasBegun = true;
            Log.Begin(View(RunStatus.InProgress));
        }

        Log.SearchAsRecorded(Run.Steps);
        Log.AdvanceTo(Run.Attempt);
    }

    public void End(RunView view)
    {
        if (_endedView is null)
        {
            _endedView = view;
            Log.End(view);
            _ended.SetResult();
        }
    }

    private RunView View(RunStatus status) => RunViews.Open(Run.Admitted, ConversationId, status);
}
