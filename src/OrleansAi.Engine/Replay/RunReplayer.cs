using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Replay;

/// <summary>
/// Strict replay: carries a finished run out again by the code that carries out live ones, with every result taken from the
/// record, and names the first difference. No vendor is called, no socket opened, no clock read.
/// </summary>
/// <param name="exchanges">Writes requests and reads answers as live calls do.</param>
public sealed class RunReplayer(IExchangeReplayer exchanges)
{
    /// <summary>Replays a run.</summary>
    public async Task<RunReplay> ReplayAsync(ReplayedRun run, CancellationToken cancellationToken)
    {
        var exchange = new ExchangeReplay(exchanges);
        try
        {
            var now = await ExecuteAsync(run);
            await exchange.CompareAsync(run, cancellationToken);
            CompareEnd(run, now);
            return new RunReplay { RunId = run.Admitted.RunId, Steps = run.Ended.Steps.Count + 2, ExternalCalls = exchange.ExternalCalls };
        }
        catch (ReplayDivergenceException divergence)
        {
            // Admission is the first step of the chain.
            var step = divergence.Step + 1;
            return new RunReplay
            {
                RunId = run.Admitted.RunId,
                Steps = step,
                ExternalCalls = exchange.ExternalCalls,
                Divergence = new ReplayDivergence(step, divergence.Stage, divergence.Field, divergence.Expected, divergence.Actual),
            };
        }
    }

    private static async Task<RunEndedBody> ExecuteAsync(ReplayedRun run)
    {
        var engine = new RunEngine(new NoModels(), new RecordedClock(run.Ended.EndedAt), new NoFaultPoints());
        if (run.Ended is { Steps.Count: 0, Status: RunStatus.Cancelled })
        {
            return engine.CancelBeforeStart(run.Plan);
        }

        if (run.Ended is { Steps.Count: 0, Error.Code: ErrorCodes.Internal })
        {
            return engine.FailByDefect(run.Plan, run.Plan.Recoveries + 1);
        }

        var open = RunViews.Open(run.Admitted, "", RunStatus.InProgress);
        var log = new RunEventLog(open);
        log.Begin(open);

        // Every attempt that was cut left what it had sent, and made place for the next one.
        log.AdvanceTo(run.Plan.Recoveries + 1 + (run.Ended.ModelOutput?.Abandoned?.Count ?? 0));
        return await engine.ExecuteAsync(run.Plan, log);
    }

    private static void CompareEnd(ReplayedRun run, RunEndedBody now)
    {
        var recorded = run.Ended;
        ReplayDivergenceException.Compare(now.Steps.Count, Stage.Completion, "steps", recorded.Steps.Count, now.Steps.Count);
        Compare("run", recorded.RunId, now.RunId);
        Compare("admitted_position", recorded.AdmittedPosition, now.AdmittedPosition);
        Compare("status", recorded.Status, now.Status);
        Compare("incomplete_reason", recorded.IncompleteReason, now.IncompleteReason);
        Compare("error", Told(recorded.Error), Told(now.Error));
        Compare("attempt", recorded.Attempt, now.Attempt);
        Compare("recoveries", recorded.Recoveries, now.Recoveries);

        void Compare<T>(string field, T expected, T actual) =>
            ReplayDivergenceException.Compare(recorded.Steps.Count, Stage.Completion, field, expected, actual);

        static string? Told(RunError? error) => error is null ? null : $"{error.Code}: {error.Message}";
    }
}
