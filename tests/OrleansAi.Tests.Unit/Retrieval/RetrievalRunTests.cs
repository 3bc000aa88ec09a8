using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;
using OrleansAi.Engine.Runs;
using OrleansAi.Engine.Sealing;
using OrleansAi.Tests.Unit.Engine;
using OrleansAi.Tests.Unit.Engine.Sealing;
using Xunit;

namespace OrleansAi.Tests.Unit.Retrieval;

/// <summary>Runs with a retrieval: the steps, what is taken of them after a crash, and what followers are told.</summary>
public sealed class RetrievalRunTests
{
    private static readonly Func<ModelCall, IEnumerable<ModelEvent>> Cites = static _ =>
    [
        new ModelEvent { Delta = "Rain falls 【1†" },
        new ModelEvent { Delta = "source】." },
        new ModelEvent { Result = new ModelResult { Text = "Rain falls 【1†source】." } },
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Execute_WithASearch_HasItsStepsItsItemAndItsCitation(bool stream)
    {
        var admitted = Passages.Admitted("Does it rain?", stream, new TurnOptions { IncludeSearchResults = true });
        var (ended, _, recorded) = await RunAsync(admitted, new ScriptedRetriever(Passages.Of("Rain falls.")));

        Assert.Equal([Stage.Embedding, Stage.Retrieval, Stage.PromptAssembly, Stage.ModelExecution], ended.Steps.Select(static step => step.Stage));
        Assert.Equal([0, 1, 2], recorded.Select(static one => one.Index));
        var view = RunViews.Ended(admitted, ended, "conv_1");
        Assert.Equal([ItemKind.FileSearchCall, ItemKind.Message], view.Output.Select(static item => item.Kind));
        Assert.Equal("Does it rain?", Assert.Single(view.Output[0].Search!.Queries));
        Assert.Equal("Rain falls.", Assert.Single(view.Output[0].Search!.Results!).Text);
        Assert.Equal("Rain falls.", view.Output[1].Text);
        Assert.Contains("\"file_id\":\"file-1\"", view.Output[1].Parts[0].Annotations, StringComparison.Ordinal);
        var retrieval = RunViews.Steps(admitted, ended)[2].Retrieval!;
        Assert.Equal(("vs_1", 7L), (retrieval.Collections[0].Id, retrieval.Collections[0].Version));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Execute_AForkThatTakesWhatWasFound_AsksNobodyAndIsToldTheSame(bool stream)
    {
        var admitted = Passages.Admitted("Does it rain?", stream, new TurnOptions { IncludeSearchResults = true });
        var (origin, _, _) = await RunAsync(admitted, new ScriptedRetriever(Passages.Of("Rain falls."), Passages.Of("Snow, too.", file: "file-2")));
        var found = origin.Steps[1].Retrieval!;
        var retriever = new ScriptedRetriever(Passages.Of("Something else."));

        var (ended, _, recorded) = await RunAsync(admitted with { Found = RetrievalOutput.Of(found.ToSearch()) }, retriever);

        Assert.Equal((0, 0), (retriever.Embedded, retriever.Searched));
        Assert.Equal(found.Hash, ended.Steps[1].Retrieval!.Hash);
        Assert.Equal(origin.Steps[2].Prompt!.Context, ended.Steps[2].Prompt!.Context);
        Assert.Equal([2], recorded.Select(static one => one.Index));
        Assert.Equal([true, true, false, false], RunViews.Steps(admitted with { Found = found }, ended).Skip(1).Take(4).Select(static step => step.IsGiven));
    }

    [Fact]
    public async Task Execute_AfterACrash_TakesWhatIsRecorded()
    {
        var admitted = Passages.Admitted("Does it rain?");
        var (_, _, recorded) = await RunAsync(admitted, new ScriptedRetriever(Passages.Of("Rain falls.")));
        for (var taken = 1; taken <= recorded.Count; taken++)
        {
            var retriever = new ScriptedRetriever(Passages.Of("Something else."));
            var steps = await Task.WhenAll(recorded.Take(taken).Select(one => StoredAsync(admitted, one.Index, one.Step)));

            var (ended, _, again) = await RunAsync(admitted, retriever, steps);

            Assert.Equal((0, taken < 2 ? 1 : 0), (retriever.Embedded, retriever.Searched));
            Assert.Equal(recorded.Count - taken, again.Count);
            Assert.Equal(taken < 2 ? [1f, 2f] : null, retriever.Vector?.ToArray(0));
            Assert.Equal(RunStatus.Completed, ended.Status);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rebuild_FromTheRecord_TellsWhatLiveFollowersSaw(bool stream)
    {
        var admitted = Passages.Admitted("Does it rain?", stream);
        var (ended, log, _) = await RunAsync(admitted, new ScriptedRetriever(Passages.Of("Rain falls.")));
        log.End(RunViews.Ended(admitted, ended, "conv_1"));

        var rebuilt = RunEventReplay.Rebuild(admitted, (RunEndedBody)await ReadAsync(ended), "conv_1").After(-1);

        Assert.Equal(log.After(-1).Select(Given.Told), rebuilt.Select(Given.Told));
        Assert.Equal(
            ["in_progress", "searching", "completed"],
            rebuilt.Where(static next => next.Kind == RunEventKind.SearchProgress).Select(static next => next.Text));
        Assert.Equal([0, 1], rebuilt.Where(static next => next.Kind == RunEventKind.ItemAdded).Select(static next => next.OutputIndex));
    }

    [Fact]
    public async Task Replay_WithASearch_CallsNothingAndFindsAChangedPassage()
    {
        var admitted = Passages.Admitted("Does it rain?");
        var (live, _, _) = await RunAsync(admitted, new ScriptedRetriever(Passages.Of("Rain falls.")));
        var ended = (RunEndedBody)await ReadAsync(live);
        var run = new ReplayedRun(admitted, ended, Given.Plan(admitted) with { Mode = RunMode.Replay, Recorded = ended.Steps }, new Dictionary<AttemptBody, byte[]>());

        var replay = await new RunReplayer(new NoExchanges()).ReplayAsync(run, CancellationToken.None);

        Assert.Null(replay.Divergence);
        Assert.Equal(6, replay.Steps);
        var passage = ended.Steps[1].Retrieval!.Passages![0];
        StepBody[] changed =
        [
            ended.Steps[0],
            ended.Steps[1] with
            {
                Retrieval = ended.Steps[1].Retrieval! with
                {
                    Passages = [passage with { Content = new PassageContent { Name = passage.Content!.Name, Text = StoredText.Of("Snow falls.") } }],
                },
            },
            .. ended.Steps.Skip(2),
        ];
        var other = run with { Ended = ended with { Steps = changed }, Plan = run.Plan with { Recorded = changed } };
        var divergence = (await new RunReplayer(new NoExchanges()).ReplayAsync(other, CancellationToken.None)).Divergence!;
        Assert.Equal((2, Stage.Retrieval, "output_hash"), (divergence.Step, divergence.Stage, divergence.Field));
    }

    [Fact]
    public async Task Execute_CollectionNotThere_FailsByName()
    {
        var retriever = new ScriptedRetriever { Fails = new OrleansAiException(ErrorCodes.CollectionNotFound, "There is no vector store 'vs_1'.") };

        var (ended, _, _) = await RunAsync(Passages.Admitted("Does it rain?"), retriever);

        Assert.Equal((RunStatus.Failed, ErrorCodes.CollectionNotFound), (ended.Status, ended.Error!.Code));
    }

    [Fact]
    public async Task Open_ARetrievalWhoseKeysAreGone_KeepsWhatWasUsedAlone()
    {
        var admitted = Passages.Admitted("Does it rain?");
        var (ended, _, _) = await RunAsync(admitted, new ScriptedRetriever(Passages.Of("Rain falls.")));
        var journal = new SealedJournal();
        await journal.AppendAsync(ended);
        journal.Keys = Keyring.Destroyed;

        var left = (RunEndedBody)(await journal.ReadAsync())[0];

        var retrieval = left.Steps[1].Retrieval!;
        Assert.True(retrieval.IsDestroyed);
        Assert.Equal(("file-1", ""), (retrieval.ToPassages()[0].DocumentId, retrieval.ToPassages()[0].Text));
        Assert.DoesNotContain(RunViews.Ended(admitted, left, "conv_1").Output, static item => item.Kind == ItemKind.FileSearchCall);
    }

    private static async Task<(RunEndedBody Ended, RunEventLog Log, List<(int Index, StepBody Step)> Recorded)> RunAsync(
        RunAdmittedBody admitted, ScriptedRetriever retriever, params StepBody[] taken)
    {
        var recorded = new List<(int Index, StepBody Step)>();
        var plan = Given.Plan(admitted) with
        {
            Retriever = retriever,
            Recorded = taken,
            Record = (index, step) =>
            {
                recorded.Add((index, step));
                return Task.CompletedTask;
            },
        };
        var log = Given.Log(admitted);
        var ended = await new RunEngine(new ScriptedModels { Script = Cites }, TimeProvider.System, new NoFaultPoints()).ExecuteAsync(plan, log);
        return (ended, log, recorded);
    }

    private static async Task<StepBody> StoredAsync(RunAdmittedBody admitted, int index, StepBody step) =>
        ((RunSteppedBody)await ReadAsync(new RunSteppedBody { RunId = admitted.RunId, Index = index, Step = step })).Step;

    private static async Task<RecordBody> ReadAsync(RecordBody body)
    {
        var journal = new SealedJournal();
        await journal.AppendAsync(body);
        return (await journal.ReadAsync())[0];
    }

    private sealed class NoExchanges : IExchangeReplayer
    {
        public Task<ReplayedExchange> ReplayAsync(ModelCall call, RecordedExchange recorded, CancellationToken cancellationToken) =>
            Task.FromResult(new ReplayedExchange { Request = ReadOnlyMemory<byte>.Empty, Answer = new ModelResult { Text = "Rain falls 【1†source】." } });
    }
}
