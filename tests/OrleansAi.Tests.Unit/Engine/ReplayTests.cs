using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;
using OrleansAi.Engine.Runs;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>A changed record is the first divergence at its own stage.</summary>
public sealed class ReplayTests
{
    private static readonly byte[] Request = Encoding.UTF8.GetBytes("the request");
    private static readonly byte[] Response = Encoding.UTF8.GetBytes("the answer's bytes");
    private static readonly string Other = Convert.ToBase64String(SHA256.HashData("other"u8));

    private static readonly ModelResult Answer = new()
    {
        Text = "an answer",
        Usage = new Usage { InputTokens = 3, OutputTokens = 2 },
        ServedModel = "model-2026",
        Fingerprint = "fp",
        ToolCalls = [new ModelToolCall { Id = "c", Name = "g", Arguments = "{}" }],
        Reasoning = [new ModelReasoning { Text = "hm", Vendor = "vendor", Kind = "thinking", Opaque = "signed" }],
        Verdicts = [new Verdict { Name = VerdictNames.PromptEcho }],
    };

    /// <summary>What is changed, and where it must be found.</summary>
    public static TheoryData<string, int, Stage, string> Mutations => new()
    {
        { "run input", 1, Stage.PromptAssembly, "input_hash" },
        { "instructions", 1, Stage.PromptAssembly, "input_hash" },
        { "sampling", 1, Stage.PromptAssembly, "input_hash" },
        { "route", 1, Stage.PromptAssembly, "input_hash" },
        { "history", 1, Stage.PromptAssembly, "input_hash" },
        { "history text", 1, Stage.PromptAssembly, "request_hash" },
        { "assembly stage", 1, Stage.PromptAssembly, "stage" },
        { "assembly input hash", 1, Stage.PromptAssembly, "input_hash" },
        { "assembly error", 1, Stage.PromptAssembly, "error" },
        { "turns", 1, Stage.PromptAssembly, "turns" },
        { "first turn", 1, Stage.PromptAssembly, "first_turn" },
        { "messages", 1, Stage.PromptAssembly, "messages" },
        { "vendor", 1, Stage.PromptAssembly, "request_hash" },
        { "model", 1, Stage.PromptAssembly, "request_hash" },
        { "request hash", 1, Stage.PromptAssembly, "request_hash" },
        { "model step missing", 2, Stage.ModelExecution, "stage" },
        { "model stage", 2, Stage.ModelExecution, "stage" },
        { "model input hash", 2, Stage.ModelExecution, "input_hash" },
        { "text", 2, Stage.ModelExecution, "text" },
        { "usage", 2, Stage.ModelExecution, "usage" },
        { "served model", 2, Stage.ModelExecution, "served_model" },
        { "fingerprint", 2, Stage.ModelExecution, "fingerprint" },
        { "finish reason", 2, Stage.ModelExecution, "finish_reason" },
        { "tool calls", 2, Stage.ModelExecution, "tool_calls" },
        { "tool arguments", 2, Stage.ModelExecution, "tool_calls[0].arguments" },
        { "tool signature", 2, Stage.ModelExecution, "tool_calls[0].opaque" },
        { "refusal", 2, Stage.ModelExecution, "refusal" },
        { "reasoning", 2, Stage.ModelExecution, "reasoning" },
        { "reasoning signature", 2, Stage.ModelExecution, "reasoning_origins" },
        { "verdicts", 2, Stage.ModelExecution, "verdicts" },
        { "vendor request", 2, Stage.ModelExecution, "vendor_attempts[0].request_hash" },
        { "vendor response", 2, Stage.ModelExecution, "vendor_attempts[0].response_hash" },
        { "further step", 3, Stage.Completion, "steps" },
        { "status", 3, Stage.Completion, "status" },
        { "incomplete reason", 3, Stage.Completion, "incomplete_reason" },
        { "error", 3, Stage.Completion, "error" },
        { "attempt", 3, Stage.Completion, "attempt" },
        { "recoveries", 3, Stage.Completion, "recoveries" },
        { "admitted position", 3, Stage.Completion, "admitted_position" },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replay_AsRecorded_IsIdentical(bool stream)
    {
        var exchanges = new ScriptedExchanges();

        var replay = await new RunReplayer(exchanges).ReplayAsync(await RunAsync(stream), CancellationToken.None);

        Assert.Null(replay.Divergence);
        Assert.Equal((4, 0), (replay.Steps, replay.ExternalCalls));
        Assert.Equal(("vendor", "model"), (exchanges.Call!.Vendor, exchanges.Call.Model));
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task Replay_AChangedField_IsTheFirstDivergenceAtItsStage(string what, int step, Stage stage, string field)
    {
        var run = Mutate(await RunAsync(stream: false), what);

        var replay = await new RunReplayer(new ScriptedExchanges()).ReplayAsync(run, CancellationToken.None);

        Assert.Equal((step, stage, field), (replay.Divergence!.Step, replay.Divergence.Stage, replay.Divergence.Field));
        Assert.NotEqual(replay.Divergence.Expected, replay.Divergence.Actual);
    }

    private static ReplayedRun Mutate(ReplayedRun run, string what)
    {
        var (ended, steps, other) = (run.Ended, run.Ended.Steps, Given.Admitted("another"));
        var (assembled, model) = (steps[0], steps[1]);
        return what switch
        {
            "run input" => Admitted(run.Admitted with { Input = other.Input }),
            "instructions" => Admitted(run.Admitted with { Instructions = StoredText.Of("be rude") }),
            "sampling" => Admitted(run.Admitted with { Sampling = new Sampling { Temperature = 1 } }),
            "route" => Admitted(run.Admitted with { Model = "other" }),
            "history" => run with { Plan = run.Plan with { History = [] } },
            "history text" => run with { Plan = run.Plan with { History = [Given.Turn("q", "b")] } },
            "assembly stage" => Steps(assembled with { Stage = Stage.Completion }, model),
            "assembly input hash" => Steps(assembled with { InputHash = Other }, model),
            "assembly error" => Steps(assembled with { Prompt = null }, model),
            "turns" => Steps(assembled with { Prompt = With(assembled.Prompt!, turns: 2) }, model),
            "first turn" => Steps(assembled with { Prompt = With(assembled.Prompt!, first: 9) }, model),
            "messages" => Steps(assembled with { Prompt = With(assembled.Prompt!, messages: 9) }, model),
            "vendor" => Steps(assembled with { Prompt = With(assembled.Prompt!, vendor: "other") }, model),
            "model" => Steps(assembled with { Prompt = With(assembled.Prompt!, model: "other") }, model),
            "request hash" => Steps(assembled with { Prompt = With(assembled.Prompt!, hash: Other) }, model),
            "model step missing" => Steps(assembled),
            "model stage" => Steps(assembled, model with { Stage = Stage.PromptAssembly }),
            "model input hash" => Steps(assembled, model with { InputHash = Other }),
            "text" => Output(model.Model! with { Text = StoredText.Of("another answer") }),
            "usage" => Output(model.Model! with { Usage = new Usage { InputTokens = 4, OutputTokens = 2 } }),
            "served model" => Output(model.Model! with { ServedModel = "other" }),
            "fingerprint" => Output(model.Model! with { Fingerprint = "other" }),
            "finish reason" => Output(model.Model! with { FinishReason = FinishReason.Length }),
            "tool calls" => Output(model.Model! with { ToolCalls = [new StoredCall { Id = "c", Name = "f", Arguments = StoredText.Of("{}") }] }),
            "tool arguments" => Call("""{"a":1}""", null),
            "tool signature" => Call("{}", "signed"),
            "refusal" => Output(model.Model! with { Refusal = StoredText.Of("no") }),
            "reasoning" => Output(model.Model! with { Reasoning = StoredText.Of("ho") }),
            "reasoning signature" => Output(model.Model! with
            {
                ReasoningOrigins = [new StoredOrigin { Vendor = "vendor", Kind = "thinking", Opaque = StoredText.Of("forged"), Length = 2 }],
            }),
            "verdicts" => Output(model.Model! with { Verdicts = null }),
            "vendor request" => Attempt(model.Model!.Calls![0] with { RequestHash = Other }),
            "vendor response" => Attempt(model.Model!.Calls![0] with { ResponseHash = Other }),
            "further step" => Steps(assembled, model, model),
            "status" => End(ended with { Status = RunStatus.Incomplete }),
            "incomplete reason" => End(ended with { IncompleteReason = "max_output_tokens" }),
            "error" => End(ended with { Error = new RunError { Code = "vendor_failed", Message = "m" } }),
            "attempt" => End(ended with { Attempt = 2 }),
            "recoveries" => End(ended with { Recoveries = 1 }),
            "admitted position" => End(ended with { AdmittedPosition = 7 }),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };

        ReplayedRun Admitted(RunAdmittedBody admitted) => run with { Admitted = admitted, Plan = run.Plan with { Admitted = admitted } };

        ReplayedRun End(RunEndedBody changed) => run with { Ended = changed, Plan = run.Plan with { Recorded = changed.Steps } };

        ReplayedRun Steps(params StepBody[] changed) => End(ended with { Steps = changed });

        ReplayedRun Output(ModelOutput changed) => Steps(assembled, model with { Model = changed });

        ReplayedRun Call(string arguments, string? opaque) => Output(model.Model! with
        {
            ToolCalls = [new StoredCall { Id = "c", Name = "g", Arguments = StoredText.Of(arguments), Opaque = StoredText.OfOptional(opaque) }],
        });

        ReplayedRun Attempt(AttemptBody changed) => Output(model.Model! with { Calls = [changed] }) with
        {
            Answers = new Dictionary<AttemptBody, byte[]>(ReferenceEqualityComparer.Instance) { [changed] = Response },
        };
    }

    private static PromptOutput With(
        PromptOutput prompt, string? vendor = null, string? model = null, int? turns = null, long? first = null, int? messages = null, string? hash = null) => new()
    {
        Vendor = vendor ?? prompt.Vendor,
        Model = model ?? prompt.Model,
        Turns = turns ?? prompt.Turns,
        FirstTurnPosition = first ?? prompt.FirstTurnPosition,
        Messages = messages ?? prompt.Messages,
        RequestHash = hash ?? prompt.RequestHash,
    };

    // A run with one call to a vendor, as it is read from its records.
    private static async Task<ReplayedRun> RunAsync(bool stream)
    {
        var models = new ScriptedModels
        {
            Script = static _ =>
            [
                new ModelEvent { Delta = "an answer" },
                new ModelEvent
                {
                    Result = Answer with
                    {
                        Vendor = "vendor",
                        Model = "model",
                        Attempts =
                        [
                            new VendorAttempt
                            {
                                Vendor = "vendor",
                                Model = "model",
                                Outcome = "ok",
                                LatencyMilliseconds = 1,
                                RequestHash = Convert.ToHexStringLower(SHA256.HashData(Request)),
                                ResponseHash = Convert.ToHexStringLower(SHA256.HashData(Response)),
                            },
                        ],
                    },
                },
            ],
        };
        var plan = Given.Plan(Given.Admitted("now", stream), Given.Turn("q", "a"));
        var live = await new RunEngine(models, TimeProvider.System, new NoFaultPoints()).ExecuteAsync(plan, Given.Log(plan.Admitted));
        var output = live.Steps[1].Model!;
        var ended = live with
        {
            Steps =
            [
                live.Steps[0],
                live.Steps[1] with
                {
                    Model = output with { TextHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(output.Text.Text))) },
                },
            ],
        };
        return new ReplayedRun(
            plan.Admitted,
            ended,
            plan with { Mode = RunMode.Replay, Recorded = ended.Steps },
            new Dictionary<AttemptBody, byte[]>(ReferenceEqualityComparer.Instance) { [output.Calls![0]] = Response });
    }

    /// <summary>A vendor's adapter that writes and reads as told.</summary>
    private sealed class ScriptedExchanges : IExchangeReplayer
    {
        public ModelCall? Call { get; private set; }

        public Task<ReplayedExchange> ReplayAsync(ModelCall call, RecordedExchange recorded, CancellationToken cancellationToken)
        {
            Call = call;
            return Task.FromResult(new ReplayedExchange { Request = Request, Answer = recorded.Response is null ? null : Answer });
        }
    }
}
