using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>Writes the events of finished runs anew, by the calls that wrote them while the runs were live.</summary>
public static class RunEventReplay
{
    /// <summary>The events of a run that has ended.</summary>
    public static RunEventLog Rebuild(RunAdmittedBody admitted, RunEndedBody ended, string conversationId)
    {
        var log = new RunEventLog(RunViews.Admitted(admitted, conversationId));
        log.Begin(RunViews.Open(admitted, conversationId, RunStatus.InProgress));
        log.SearchAsRecorded(ended.Steps);
        var output = ended.ModelOutput;
        foreach (var cut in output?.Abandoned ?? [])
        {
            log.AdvanceTo(cut.Attempt);
            log.Replay(new RecordedStream(cut.Deltas, cut.Text, cut.Refusal, cut.Reasoning, cut.ToolCalls, cut.Messages));
        }

        log.AdvanceTo(ended.Attempt);

        // Where a part was destroyed, the rest is told anew, each item whole.
        if (output is { Deltas: not null, IsDestroyed: false })
        {
            log.Replay(new RecordedStream(output.Deltas, output.Text, output.Refusal, output.Reasoning, output.ToolCalls, output.Messages));
        }

        log.End(RunViews.Ended(admitted, ended, conversationId));
        return log;
    }

    /// <summary>The events of a run that has ended and of which no more is kept than this.</summary>
    public static RunEventLog Of(RunView ended)
    {
        var open = ended with
        {
            Status = RunStatus.InProgress,
            CompletedAt = null,
            Output = [],
            Usage = null,
            Error = null,
            IncompleteReason = null,
            ServedModel = null,
        };
        var log = new RunEventLog(open);
        log.Begin(open);
        log.End(ended);
        return log;
    }
}
