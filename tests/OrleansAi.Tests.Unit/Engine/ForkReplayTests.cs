using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;
using OrleansAi.Engine.Runs;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>A changed record of what a fork was given, or of the tools that it was answered with, is the first divergence at its own stage.</summary>
public sealed class ForkReplayTests
{
    /// <summary>What is changed, and where it must be found.</summary>
    public static TheoryData<string, int, Stage, string> Mutations => new()
    {
        { "vendor of the admission", 1, Stage.PromptAssembly, "target" },
        { "model of the admission", 1, Stage.PromptAssembly, "target" },
        { "given output of the admission", 2, Stage.ModelExecution, "text" },
        { "no given output in the admission", 2, Stage.ModelExecution, "given" },
        { "called as given", 2, Stage.ModelExecution, "given" },
        { "given text", 2, Stage.ModelExecution, "text" },
        { "given refusal", 2, Stage.ModelExecution, "refusal" },
        { "given thoughts", 2, Stage.ModelExecution, "reasoning" },
        { "given finish reason", 2, Stage.ModelExecution, "finish_reason" },
        { "given call", 2, Stage.ModelExecution, "tool_calls" },
        { "tool stage", 3, Stage.ToolExecution, "stage" },
        { "tool input hash", 3, Stage.ToolExecution, "input_hash" },
        { "tool output of the admission", 3, Stage.ToolExecution, "tools[0].output" },
        { "no tool output in the admission", 3, Stage.ToolExecution, "error" },
        { "tool output", 3, Stage.ToolExecution, "tools[0].output" },
        { "tool name", 3, Stage.ToolExecution, "tools[0].name" },
        { "tool arguments", 3, Stage.ToolExecution, "tools[0].arguments" },
        { "tool call", 3, Stage.ToolExecution, "tools[0].call" },
        { "tool's run", 3, Stage.ToolExecution, "tools[0].run" },
        { "no tool output", 3, Stage.ToolExecution, "tools" },
        { "tool error", 3, Stage.ToolExecution, "error" },
        { "answer's input hash", 4, Stage.ModelExecution, "input_hash" },
    };

    [Fact]
    public async Task Replay_AsRecorded_IsIdentical()
    {
        var replay = await ReplayAsync(await RunAsync());

        Assert.Null(replay.Divergence);
        Assert.Equal(6, replay.Steps);
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task Replay_AChangedField_IsTheFirstDivergenceAtItsStage(string what, int step, Stage stage, string field)
    {
        var divergence = (await ReplayAsync(Mutate(await RunAsync(), what))).Divergence;

        Assert.Equal((step, stage, field), (divergence!.Step, divergence.Stage, divergence.Field));
        Assert.NotEqual(divergence.Expected, divergence.Actual);
    }

    private static ReplayedRun Mutate(ReplayedRun run, string what)
    {
        var (admitted, given, tools, model) = (run.Admitted, run.Ended.Steps[1], run.Ended.Steps[2], run.Ended.Steps[3]);
        var answer = tools.Tools![0];
        return what switch
        {
            "vendor of the admission" => Admitted(admitted with { ForkedFrom = admitted.ForkedFrom! with { Vendor = "other" } }),
            "model of the admission" => Admitted(admitted with { ForkedFrom = admitted.ForkedFrom! with { Model = "other" } }),
            "given output of the admission" => Admitted(admitted with { Given = [GivenCall("Another.")] }),
            "no given output in the admission" => Admitted(admitted with { Given = null }),
            "called as given" => Output(given.Model! with { IsGiven = false }),
            "given text" => Output(given.Model! with { Text = StoredText.Of("Another.") }),
            "given refusal" => Output(given.Model! with { Refusal = StoredText.Of("No.") }),
            "given thoughts" => Output(given.Model! with { Reasoning = StoredText.Of("Hm.") }),
            "given finish reason" => Output(given.Model! with { FinishReason = FinishReason.Length }),
            "given call" => Output(given.Model! with { ToolCalls = [new StoredCall { Id = "c", Name = "other", Arguments = StoredText.Of("{}") }] }),
            "tool stage" => Step(2, tools with { Stage = Stage.ModelExecution }),
            "tool input hash" => Step(2, tools with { InputHash = "b3RoZXI=" }),
            "tool output of the admission" => Admitted(admitted with { ToolOutputs = [Known("rain")] }),
            "no tool output in the admission" => Admitted(admitted with { ToolOutputs = null }),
            "tool output" => Answer(Known("rain", "c")),
            "tool name" => Answer(new StoredToolAnswer { CallId = "c", Name = "other", Arguments = answer.Arguments, Output = answer.Output }),
            "tool arguments" => Answer(new StoredToolAnswer { CallId = "c", Name = answer.Name, Arguments = StoredText.Of("[]"), Output = answer.Output }),
            "tool call" => Answer(Known("sun", "d")),
            "tool's run" => Answer(new StoredToolAnswer
            {
                CallId = "c",
                Name = answer.Name,
                Arguments = answer.Arguments,
                Output = answer.Output,
                RunId = "resp_other",
            }),
            "no tool output" => Step(2, tools with { Tools = [] }),
            "tool error" => Step(2, tools with { Error = new RunError { Code = "tool_denied", Message = "" } }),
            "answer's input hash" => Step(3, model with { InputHash = "b3RoZXI=" }),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };

        ReplayedRun Admitted(RunAdmittedBody changed) => run with { Admitted = changed, Plan = run.Plan with { Admitted = changed } };

        ReplayedRun Output(ModelOutput changed) => Step(1, given with { Model = changed });

        ReplayedRun Answer(StoredToolAnswer changed) => Step(2, tools with { Tools = [changed] });

        ReplayedRun Step(int place, StepBody changed)
        {
            StepBody[] steps = [.. run.Ended.Steps];
            steps[place] = changed;
            return run with { Ended = run.Ended with { Steps = steps }, Plan = run.Plan with { Recorded = steps } };
        }
    }

    // A fork whose first model output was given: it calls a function, whose output is known, and the model then answers.
    private static async Task<ReplayedRun> RunAsync()
    {
        var admitted = Given.Admitted("How is the weather?") with
        {
            ForkedFrom = new ForkOrigin { RunId = "resp_origin", Vendor = "vendor", Model = "model" },
            Given = [GivenCall("Let me see.")],
            ToolOutputs = [Known("sun")],
        };
        var plan = Given.Plan(admitted);
        var ended = await new RunEngine(new ScriptedModels(), TimeProvider.System, new NoFaultPoints()).ExecuteAsync(plan, Given.Log(admitted));
        Assert.Equal(
            [Stage.PromptAssembly, Stage.ModelExecution, Stage.ToolExecution, Stage.ModelExecution], ended.Steps.Select(static step => step.Stage));
        return new ReplayedRun(admitted, ended, plan with { Mode = RunMode.Replay, Recorded = ended.Steps }, new Dictionary<AttemptBody, byte[]>());
    }

    private static GivenOutput GivenCall(string text) => GivenOutput.Of(new GivenStep
    {
        Step = 2,
        Text = text,
        ToolCalls = [new ModelToolCall { Id = "c", Name = "weather", Arguments = "{}" }],
        FinishReason = FinishReason.ToolCalls,
    });

    private static StoredToolAnswer Known(string output, string? callId = null) => new()
    {
        CallId = callId,
        Name = "weather",
        Arguments = StoredText.Of("{}"),
        Output = StoredText.Of(output),
    };

    private static Task<RunReplay> ReplayAsync(ReplayedRun run) => new RunReplayer(new PlainExchanges()).ReplayAsync(run, CancellationToken.None);

    private sealed class PlainExchanges : IExchangeReplayer
    {
        public Task<ReplayedExchange> ReplayAsync(ModelCall call, RecordedExchange recorded, CancellationToken cancellationToken) =>
            Task.FromResult(new ReplayedExchange { Request = ReadOnlyMemory<byte>.Empty, Answer = new ModelResult { Text = "an answer" } });
    }
}
