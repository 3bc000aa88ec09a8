using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// Runs the steps of one run in order. A recorded step is taken, never executed again (invariant 3); in a replay its
/// input must be the recorded one, and a step that is not recorded is a divergence (invariant 10).
/// </summary>
internal sealed class StepRunner(RunPlan plan, TimeProvider time)
{
    private readonly List<StepBody> _steps = [];

    public IReadOnlyList<StepBody> Steps => _steps;

    public async ValueTask<StepBody> RunAsync(Stage stage, string inputHash, Func<StepStart, ValueTask<StepBody>> execute, bool isRecorded = false)
    {
        var index = _steps.Count;
        StepBody step;
        if (index < plan.Recorded.Count && !IsOutdated(plan.Recorded[index], inputHash))
        {
            step = plan.Recorded[index];
            if (plan.Mode == RunMode.Replay)
            {
                ReplayDivergenceException.Compare(index, stage, "stage", step.Stage, stage);
                ReplayDivergenceException.Compare(index, stage, "input_hash", step.InputHash, inputHash);
            }
        }
        else if (plan.Mode == RunMode.Replay)
        {
            throw new ReplayDivergenceException(index, stage, "stage", "no such step", stage.ToString());
        }
        else
        {
            using (var span = StepSpan.Start(stage, index, inputHash, plan))
            {
                step = await execute(new StepStart(stage, inputHash, plan, time));
                StepSpan.End(span, step);
            }

            if (isRecorded && plan.Record is { } record)
            {
                await record(index, step);
            }
        }

        _steps.Add(step);
        return step;
    }

    // Items that were added to the conversation since are part of what is put together now; it has no effect but itself.
    private bool IsOutdated(StepBody step, string inputHash) =>
        plan.Mode != RunMode.Replay && step.Stage == Stage.PromptAssembly && step.InputHash != inputHash;
}

/// <summary>A step that has begun; makes the record of it once it is done.</summary>
internal sealed class StepStart(Stage stage, string inputHash, RunPlan plan, TimeProvider time)
{
    private readonly long _timestamp = time.GetTimestamp();
    private readonly long _startedAt = time.GetUtcNow().ToUnixTimeMilliseconds();

    public StepBody Done(
        PromptOutput? prompt = null, ModelOutput? model = null, RunError? error = null, IReadOnlyList<StoredToolAnswer>? tools = null) => new()
    {
        Stage = stage,
        Attempt = plan.Recoveries + 1,
        InputHash = inputHash,
        StartedAt = _startedAt,
        DurationMicroseconds = (long)time.GetElapsedTime(_timestamp).TotalMicroseconds,
        Silo = plan.Silo,
        Prompt = prompt,
        Model = model,
        Tools = tools,
        Error = error,
    };
}
