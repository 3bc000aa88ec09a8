using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;
using OrleansAi.Engine.Runs;
using OrleansAi.Tests.Unit.Engine;
using OrleansAi.Tests.Unit.Engine.Sealing;
using Xunit;

namespace OrleansAi.Tests.Unit.Retrieval;

/// <summary>A changed record of a search, of what was made of it or of what was cited is the first divergence at its own stage.</summary>
public sealed class RetrievalReplayTests
{
    private const string Cites = "Rain falls 【1†source】.";

    /// <summary>What is changed, and where it must be found.</summary>
    public static TheoryData<string, int, Stage, string> Mutations => new()
    {
        { "embedding input hash", 1, Stage.Embedding, "input_hash" },
        { "embedding hash", 1, Stage.Embedding, "output_hash" },
        { "confirmed version", 1, Stage.Embedding, "output_hash" },
        { "confirmed model", 1, Stage.Embedding, "output_hash" },
        { "vector", 1, Stage.Embedding, "output_hash" },
        { "vector's length", 1, Stage.Embedding, "output_hash" },
        { "retrieval input hash", 2, Stage.Retrieval, "input_hash" },
        { "retrieval hash", 2, Stage.Retrieval, "output_hash" },
        { "question", 2, Stage.Retrieval, "output_hash" },
        { "wanted version", 2, Stage.Retrieval, "output_hash" },
        { "searched version", 2, Stage.Retrieval, "output_hash" },
        { "missing shard", 2, Stage.Retrieval, "output_hash" },
        { "searched model", 2, Stage.Retrieval, "collections[0].model" },
        { "not a tool", 2, Stage.Retrieval, "is_tool" },
        { "passage", 2, Stage.Retrieval, "output_hash" },
        { "passage's file", 2, Stage.Retrieval, "output_hash" },
        { "passage's score", 2, Stage.Retrieval, "output_hash" },
        { "passage's place", 2, Stage.Retrieval, "output_hash" },
        { "no passages", 2, Stage.Retrieval, "output_hash" },
        { "manifest", 3, Stage.PromptAssembly, "context" },
        { "denied tools", 3, Stage.PromptAssembly, "denies_tools" },
        { "citation", 4, Stage.ModelExecution, "citations" },
        { "no citation", 4, Stage.ModelExecution, "citations" },
        { "text", 4, Stage.ModelExecution, "text" },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replay_AsRecorded_IsIdentical(bool stream) => Assert.Null((await ReplayAsync(await RunAsync(stream))).Divergence);

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task Replay_AChangedField_IsTheFirstDivergenceAtItsStage(string what, int step, Stage stage, string field)
    {
        var run = await RunAsync(stream: true);
        StepBody[] steps = [.. run.Ended.Steps];
        steps[step - 1] = Mutate(steps[step - 1], what);
        var ended = run.Ended with { Steps = steps };

        var divergence = (await ReplayAsync(run with { Ended = ended, Plan = run.Plan with { Recorded = steps } })).Divergence;

        Assert.Equal((step, stage, field), (divergence!.Step, divergence.Stage, divergence.Field));
        Assert.NotEqual(divergence.Expected, divergence.Actual);
    }

    private static StepBody Mutate(StepBody step, string what)
    {
        return what switch
        {
            "embedding input hash" or "retrieval input hash" => step with { InputHash = "b3RoZXI=" },
            "embedding hash" => Embedded(step.Embedding! with { Hash = "b3RoZXI=" }),
            "confirmed version" => Embedded(step.Embedding! with { Collections = [step.Embedding.Collections[0] with { Version = 8 }] }),
            "confirmed model" => Embedded(step.Embedding! with { Collections = [step.Embedding.Collections[0] with { Model = "other" }] }),
            "vector" => Embedded(step.Embedding! with { Vectors = [step.Embedding.Vectors![0] with { Hash = "b3RoZXI=" }] }),
            "vector's length" => Embedded(step.Embedding! with { Vectors = [step.Embedding.Vectors![0] with { Dimensions = 3 }] }),
            "retrieval hash" => Retrieved(step.Retrieval! with { Hash = "b3RoZXI=" }),
            "question" => Retrieved(step.Retrieval! with { Query = StoredText.Of("Does it snow?") }),
            "wanted version" => Retrieved(step.Retrieval! with { AtVersion = 3 }),
            "searched version" => Searched(step.Retrieval!.Collections[0] with { Version = 8 }),
            "missing shard" => Searched(step.Retrieval!.Collections[0] with { Missing = ["shard-1"] }),
            "searched model" => Searched(step.Retrieval!.Collections[0] with { Model = "other" }),
            "not a tool" => Retrieved(step.Retrieval! with { IsTool = false }),
            "passage" => Passage(One() with { Content = new PassageContent { Name = One().Content!.Name, Text = StoredText.Of("Snow falls.") } }),
            "passage's file" => Passage(One() with { DocumentId = "file-2" }),
            "passage's score" => Passage(One() with { Score = 0.25f }),
            "passage's place" => Passage(One() with { Start = 6 }),
            "no passages" => Retrieved(step.Retrieval! with { Passages = null }),
            "manifest" => step with { Prompt = step.Prompt! with { Context = [.. step.Prompt.Context!.Select(static (one, place) => place == 2 ? (byte)(one ^ 1) : one)] } },
            "denied tools" => step with { Prompt = step.Prompt! with { DeniesTools = true } },
            "citation" => Told([step.Model!.Messages!.First(static one => one.Annotations is not null) with { Annotations = StoredText.Of("""[{"type":"file_citation"}]""") }]),
            "no citation" => Told(null),
            "text" => step with { Model = step.Model! with { Text = StoredText.Of("Snow falls."), TextHash = null } },
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };

        StoredPassage One() => step.Retrieval!.Passages![0];

        StepBody Embedded(EmbeddingOutput changed) => step with { Embedding = changed };

        StepBody Retrieved(RetrievalOutput changed) => step with { Retrieval = changed };

        StepBody Searched(StoredSearch changed) => Retrieved(step.Retrieval! with { Collections = [changed] });

        StepBody Passage(StoredPassage changed) => Retrieved(step.Retrieval! with { Passages = [changed] });

        StepBody Told(IReadOnlyList<StoredMessage>? messages) => step with { Model = step.Model! with { Messages = messages } };
    }

    // As it is read from the journal.
    private static async Task<ReplayedRun> RunAsync(bool stream)
    {
        var admitted = Passages.Admitted("Does it rain?", stream);
        var models = new ScriptedModels
        {
            Script = static _ => [new ModelEvent { Delta = Cites }, new ModelEvent { Result = new ModelResult { Text = Cites } }],
        };
        var plan = Given.Plan(admitted) with { Retriever = new ScriptedRetriever(Passages.Of("Rain falls.")) };
        var live = await new RunEngine(models, TimeProvider.System, new NoFaultPoints()).ExecuteAsync(plan, Given.Log(admitted));
        var journal = new SealedJournal();
        await journal.AppendAsync(live);
        var ended = (RunEndedBody)(await journal.ReadAsync())[0];
        return new ReplayedRun(
            admitted, ended, Given.Plan(admitted) with { Mode = RunMode.Replay, Recorded = ended.Steps }, new Dictionary<AttemptBody, byte[]>());
    }

    private static Task<RunReplay> ReplayAsync(ReplayedRun run) => new RunReplayer(new CitingExchanges()).ReplayAsync(run, CancellationToken.None);

    private sealed class CitingExchanges : IExchangeReplayer
    {
        public Task<ReplayedExchange> ReplayAsync(ModelCall call, RecordedExchange recorded, CancellationToken cancellationToken) =>
            Task.FromResult(new ReplayedExchange { Request = ReadOnlyMemory<byte>.Empty, Answer = new ModelResult { Text = Cites } });
    }
}
