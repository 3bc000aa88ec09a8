using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Runs;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>One code path for live, recovered and replayed runs.</summary>
public sealed class RunEngineTests
{
    private readonly ScriptedModels _models = new();
    private readonly RunEngine _engine;

    public RunEngineTests() => _engine = new RunEngine(_models, TimeProvider.System, new NoFaultPoints());

    [Fact]
    public async Task Execute_Fresh_SendsInstructionsHistoryAndMessage()
    {
        var plan = Given.Plan(Given.Admitted("now"), Given.Turn("q", "a"));

        var result = await _engine.ExecuteAsync(plan, Given.Log(plan.Admitted));

        Assert.Equal(
            [(Role.System, "be kind"), (Role.User, "q"), (Role.Assistant, "a"), (Role.User, "now")],
            _models.Calls.Single().Messages.Select(static message => (message.Role, message.Text)));
        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Equal([Stage.PromptAssembly, Stage.ModelExecution], result.Steps.Select(static step => step.Stage));
        Assert.Equal("an answer", result.ModelOutput!.Text.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Execute_EverythingRecorded_CallsNothingAndGivesTheSame(bool stream)
    {
        var plan = Given.Plan(Given.Admitted("again", stream));
        var live = await _engine.ExecuteAsync(plan, Given.Log(plan.Admitted));

        var recovered = await _engine.ExecuteAsync(plan with { Recorded = live.Steps, Recoveries = 1 }, Given.Log(plan.Admitted));
        var replayed = await _engine.ExecuteAsync(plan with { Recorded = live.Steps, Mode = RunMode.Replay }, Given.Log(plan.Admitted));

        Assert.Single(_models.Calls);
        Assert.Same(live.ModelOutput, recovered.ModelOutput);
        Assert.Equal(live.Steps, replayed.Steps);
        Assert.Equal(live.Status, replayed.Status);
    }

    [Fact]
    public async Task Recover_FirstStepRecorded_ExecutesOnlyTheMissingOne()
    {
        var plan = Given.Plan(Given.Admitted("half"));
        var live = await _engine.ExecuteAsync(plan, Given.Log(plan.Admitted));

        var recovered = await _engine.ExecuteAsync(plan with { Recorded = [live.Steps[0]], Recoveries = 1 }, Given.Log(plan.Admitted));

        Assert.Equal(2, _models.Calls.Count);
        Assert.Same(live.Steps[0], recovered.Steps[0]);
        Assert.Equal([1, 2], recovered.Steps.Select(static step => step.Attempt));
    }

    [Fact]
    public async Task Replay_AnythingDiffers_NamesTheFirstDifferentStepAndCallsNothing()
    {
        var plan = Given.Plan(Given.Admitted("exact"), Given.Turn("q", "a"));
        var live = await _engine.ExecuteAsync(plan, Given.Log(plan.Admitted));
        _models.Calls.Clear();
        var replay = plan with { Recorded = live.Steps, Mode = RunMode.Replay };

        var history = await Assert.ThrowsAsync<ReplayDivergenceException>(
            () => _engine.ExecuteAsync(replay with { History = [] }, Given.Log(plan.Admitted)));
        var text = await Assert.ThrowsAsync<ReplayDivergenceException>(
            () => _engine.ExecuteAsync(replay with { History = [Given.Turn("q", "another answer")] }, Given.Log(plan.Admitted)));
        var missing = await Assert.ThrowsAsync<ReplayDivergenceException>(
            () => _engine.ExecuteAsync(replay with { Recorded = [live.Steps[0]] }, Given.Log(plan.Admitted)));

        Assert.Equal((0, Stage.PromptAssembly), (history.Step, history.Stage));
        Assert.Equal((0, Stage.PromptAssembly, "request_hash"), (text.Step, text.Stage, text.Field));
        Assert.Equal((1, Stage.ModelExecution), (missing.Step, missing.Stage));
        Assert.Empty(_models.Calls);
    }

    [Fact]
    public async Task Execute_Cancelled_KeepsWhatWasWritten()
    {
        using var cancel = new CancellationTokenSource();
        _models.Gate = new TaskCompletionSource().Task;
        var plan = Given.Plan(Given.Admitted("stop", stream: true)) with { Cancelled = cancel.Token };
        var log = Given.Log(plan.Admitted);
        var running = _engine.ExecuteAsync(plan, log);

        await cancel.CancelAsync();
        var result = await running;

        Assert.Equal(RunStatus.Cancelled, result.Status);
        Assert.Equal("an answer", result.ModelOutput!.Text.Text);
        Assert.Null(result.Error);
    }

    [Fact]
    public async Task Execute_ProcessStops_LeavesTheRunOpen()
    {
        using var stop = new CancellationTokenSource();
        _models.Gate = new TaskCompletionSource().Task;
        var plan = Given.Plan(Given.Admitted("stop")) with { Stopping = stop.Token };
        var running = _engine.ExecuteAsync(plan, Given.Log(plan.Admitted));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData(FinishReason.Length, RunStatus.Incomplete, "max_output_tokens")]
    [InlineData(FinishReason.ContentFilter, RunStatus.Incomplete, "content_filter")]
    [InlineData(FinishReason.Stop, RunStatus.Completed, null)]
    public async Task Execute_FinishReasons_BecomeStatus(FinishReason finish, RunStatus status, string? reason)
    {
        _models.Script = _ => [new ModelEvent { Result = new ModelResult { Text = "x", FinishReason = finish } }];
        var plan = Given.Plan(Given.Admitted("end"));

        var result = await _engine.ExecuteAsync(plan, Given.Log(plan.Admitted));

        Assert.Equal((status, reason), (result.Status, result.IncompleteReason));
    }

    [Fact]
    public async Task Execute_VendorError_FailsWithTheFirstCause()
    {
        _models.Script = static _ => [new ModelEvent { Result = new ModelResult { Error = new RunError { Code = ErrorCodes.VendorTimeout, Message = "too slow" } } }];
        var plan = Given.Plan(Given.Admitted("fail"));

        var result = await _engine.ExecuteAsync(plan, Given.Log(plan.Admitted));

        Assert.Equal((RunStatus.Failed, ErrorCodes.VendorTimeout), (result.Status, result.Error!.Code));
    }

    [Fact]
    public async Task Rebuild_AnyRun_TellsTheEventsThatLiveFollowersSaw()
    {
        _models.Script = static _ =>
        [
            new ModelEvent { Delta = "lost " },
            new ModelEvent { Delta = "text" },
            new ModelEvent { Restarted = true },
            new ModelEvent { Delta = "kept 東京 " },
            new ModelEvent { Delta = "🙂" },
            new ModelEvent { Result = new ModelResult() },
        ];
        var plan = Given.Plan(Given.Admitted("tell", stream: true));
        var live = Given.Log(plan.Admitted);
        var result = await _engine.ExecuteAsync(plan, live);
        live.End(RunViews.Ended(plan.Admitted, result, "conv_1"));

        var rebuilt = RunEventReplay.Rebuild(plan.Admitted, result, "conv_1");

        Assert.Equal(
            live.After(-1).Select(static next => (next.Sequence, next.Kind, next.ItemId, next.Text, next.Item?.Id, next.Item?.Status)),
            rebuilt.After(-1).Select(static next => (next.Sequence, next.Kind, next.ItemId, next.Text, next.Item?.Id, next.Item?.Status)));
        Assert.Equal("kept 東京 🙂", RunViews.Ended(plan.Admitted, result, "conv_1").Output[0].Text);
        Assert.Equal(2, live.After(-1).Count(static next => next.Kind == RunEventKind.ItemDone));
        Assert.Contains(live.After(-1), static next => next.Sequence == RunEvent.AttemptSpan);
    }

    [Fact]
    public void Rebuild_Refusal_IsToldAsOne()
    {
        var admitted = Given.Admitted("no");
        var refused = new OrleansAi.Engine.Records.RunEndedBody
        {
            RunId = admitted.RunId,
            AdmittedPosition = 1,
            Status = RunStatus.Completed,
            EndedAt = 1,
            Steps =
            [
                new()
                {
                    Stage = Stage.ModelExecution, InputHash = "", StartedAt = 1, DurationMicroseconds = 1, Silo = "s",
                    Model = new() { Text = OrleansAi.Engine.Records.StoredText.Of(""), Refusal = OrleansAi.Engine.Records.StoredText.Of("I cannot") },
                },
            ],
        };

        var events = RunEventReplay.Rebuild(admitted, refused, "conv_1").After(-1);

        Assert.All(
            events.Where(static next => next.Kind is RunEventKind.TextDelta or RunEventKind.TextDone or RunEventKind.PartDone),
            static next => Assert.Equal(RunEventPart.Refusal, next.Part));
        Assert.Equal(ContentPartKind.Refusal, events.Single(static next => next.Kind == RunEventKind.ItemDone).Item!.Parts[0].Kind);
    }
}
