using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Tests.Unit.Engine.Sealing;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>Answers of several messages with their phases and citations, and messages of several parts.</summary>
public sealed class MessageTests
{
    private const string Citation = """[{"type":"url_citation","url":"https://x","start_index":0,"end_index":4,"title":"t"}]""";

    private static readonly ModelResult TwoMessages = new()
    {
        Text = "I look.It is.",
        Messages =
        [
            new ModelOutputMessage { Length = 7, Phase = "commentary" },
            new ModelOutputMessage { Length = 6, Phase = "final_answer", Annotations = Citation },
        ],
    };

    private readonly ScriptedModels _models = new();

    [Fact]
    public async Task Stream_TwoMessages_AreTwoItemsWithTheirPhases()
    {
        var (view, events) = await RunAsync(
            stream: true, [Message("commentary"), Text("I "), Text("look."), Message("final_answer"), Text("It is."), Annotations(Citation)], TwoMessages);

        Assert.Equal(
            [("I look.", "commentary", null), ("It is.", "final_answer", Citation)],
            view.Output.Select(static item => (item.Text, item.Phase, item.Parts[0].Annotations)));
        Assert.Equal(
            ["commentary", "final_answer"], events.Where(static next => next.Kind == RunEventKind.ItemAdded).Select(static next => next.Item!.Phase));
        Assert.Equal([0, 1], events.Where(static next => next.Kind == RunEventKind.ItemDone).Select(static next => next.OutputIndex));
        var parts = events.Where(static next => next.Kind == RunEventKind.PartDone).ToList();
        Assert.Null(parts[0].Item);
        Assert.Equal(Citation, parts[1].Item!.Parts[0].Annotations);
        var annotation = Assert.Single(events, static next => next.Kind == RunEventKind.AnnotationAdded);
        Assert.Equal((Citation[1..^1], 1, 0, 0), (annotation.Text, annotation.OutputIndex, annotation.PartIndex, annotation.AnnotationIndex));
        Assert.Equal(RunEventKind.TextDone, events[(int)annotation.Sequence + 1].Kind);
        Assert.Equal(Enumerable.Range(0, events.Count).Select(static i => (long)i), events.Select(static next => next.Sequence));
    }

    [Fact]
    public async Task Stream_AnUnmarkedMessageBeforeAMarkedOne_AreTwo()
    {
        var (view, _) = await RunAsync(
            stream: true,
            [Text("a"), Annotations(Citation), Message(""), Text("b")],
            new ModelResult
            {
                Text = "ab",
                Messages = [new ModelOutputMessage { Length = 1, Annotations = Citation }, new ModelOutputMessage { Length = 1 }],
            });

        Assert.Equal(
            [("a", (string?)null, Citation), ("b", null, null)],
            view.Output.Select(static item => (item.Text, item.Phase, item.Parts[0].Annotations)));
    }

    [Fact]
    public async Task Whole_MessagesAndCalls_StandAsTheVendorGaveThem()
    {
        var (view, events) = await RunAsync(stream: false, [], TwoMessages with
        {
            Messages = [TwoMessages.Messages![0], TwoMessages.Messages[1] with { CallsBefore = 1 }],
            ToolCalls =
            [
                new ModelToolCall { Id = "c1", Name = "f", Arguments = "{}" },
                new ModelToolCall { Id = "c2", Name = "f", Arguments = "{}" },
            ],
            Reasoning = [new ModelReasoning { Vendor = "v", Kind = "k", Text = "hm" }],
        });

        Assert.Equal(
            [ItemKind.Reasoning, ItemKind.Message, ItemKind.FunctionCall, ItemKind.Message, ItemKind.FunctionCall],
            view.Output.Select(static item => item.Kind));
        Assert.Equal(["commentary", "final_answer"], view.Output.Where(static item => item.Kind == ItemKind.Message).Select(static item => item.Phase));
        Assert.Equal(Citation, Assert.Single(events, static next => next is { Kind: RunEventKind.PartDone, Item: not null }).Item!.Parts[0].Annotations);
    }

    [Fact]
    public async Task Stream_OutcomeWithTextThatWasNotStreamed_HasItsMessages()
    {
        var (view, _) = await RunAsync(
            stream: true,
            [new ModelEvent { Other = new ModelDelta { Kind = ModelDeltaKind.Reasoning, Text = "hm" } }],
            TwoMessages with { Reasoning = [new ModelReasoning { Vendor = "v", Kind = "k", Text = "hm" }] });

        Assert.Equal([null, "commentary", "final_answer"], view.Output.Select(static item => item.Phase));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ARefusalWithAPhase_IsOneMessage(bool stream)
    {
        var (view, _) = await RunAsync(
            stream,
            [Message("final_answer"), new ModelEvent { Other = new ModelDelta { Kind = ModelDeltaKind.Refusal, Text = "no" } }],
            new ModelResult { Refusal = "no", Messages = [new ModelOutputMessage { Length = 0, Phase = "final_answer" }] });

        var only = Assert.Single(view.Output);
        Assert.Equal(("final_answer", ContentPartKind.Refusal, "no"), (only.Phase, Assert.Single(only.Parts).Kind, only.Text));
    }

    [Fact]
    public async Task CommonAnswers_HaveRecordsAsBefore()
    {
        _models.Script = static _ => [new ModelEvent { Delta = "a" }, new ModelEvent { Delta = "b" }, new ModelEvent { Result = new ModelResult { Text = "ab" } }];
        var admitted = Given.Admitted("ask", stream: true);

        var run = await Engine().ExecuteAsync(Given.Plan(admitted), Given.Log(admitted));

        Assert.DoesNotContain("\"msgs\"", System.Text.Encoding.UTF8.GetString(RecordSerializer.Serialize(run)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NextCall_HasPhasesAndThePlacesOfImages()
    {
        var admitted = Given.Admitted("x");
        IReadOnlyList<NewItem> input =
        [
            NewItem.Message(Role.Assistant, "I look.") with { Phase = "commentary" },
            NewItem.Message(Role.Assistant, "It is.") with { Phase = "final_answer" },
            new NewItem { Role = Role.User, Parts = [Part("A: "), Image("1"), Part(" B: "), Image("2"), Part("?")] },
        ];
        _models.Script = static _ => [new ModelEvent { Result = new ModelResult { Text = "ok" } }];

        await Engine().ExecuteAsync(
            Given.Plan(Given.With(admitted, input)), Given.Log(admitted));

        var messages = Assert.Single(_models.Calls).Messages;
        Assert.Equal(["commentary", "final_answer"], messages.Where(static message => message.Role == Role.Assistant).Select(static message => message.Phase));
        Assert.Equal("A:  B: ?", messages[^1].Text);
        Assert.Equal([("https://1", 3), ("https://2", 7)], messages[^1].Media.Select(static media => (media.Url, media.Position)));
    }

    [Fact]
    public async Task RequestHash_TellsTheOrderOfPartsApart()
    {
        _models.Script = static _ => [new ModelEvent { Result = new ModelResult { Text = "ok" } }];

        var behind = await HashAsync([Part("look"), Image("1")]);
        var before = await HashAsync([Image("1"), Part("look")]);

        Assert.NotEqual(behind, before);
    }

    private static ModelEvent Text(string text) => new() { Delta = text };

    private static ModelEvent Message(string phase) => new() { Other = new ModelDelta { Kind = ModelDeltaKind.Message, Text = phase } };

    private static ModelEvent Annotations(string json) => new() { Other = new ModelDelta { Kind = ModelDeltaKind.Annotations, Text = json } };

    private static ContentPart Part(string text) => new() { Kind = ContentPartKind.InputText, Text = text };

    private static ContentPart Image(string host) => new() { Kind = ContentPartKind.InputImage, Text = $"https://{host}" };

    private RunEngine Engine() => new(_models, TimeProvider.System, new NoFaultPoints());

    private async Task<string> HashAsync(IReadOnlyList<ContentPart> parts)
    {
        var admitted = Given.With(Given.Admitted("x"), [new NewItem { Role = Role.User, Parts = parts }]);
        var run = await Engine().ExecuteAsync(Given.Plan(admitted), Given.Log(admitted));
        return run.Steps[0].Prompt!.RequestHash;
    }

    // Every run is checked against what is rebuilt from its stored form.
    private async Task<(RunView View, IReadOnlyList<RunEvent> Events)> RunAsync(bool stream, IReadOnlyList<ModelEvent> deltas, ModelResult result)
    {
        _models.Script = _ => [.. deltas, new ModelEvent { Result = result }];
        var admitted = Given.Admitted("ask", stream);
        var log = Given.Log(admitted);
        var run = await Engine().ExecuteAsync(Given.Plan(admitted), log);
        var view = RunViews.Ended(admitted, run, "conv_1");
        log.End(view);
        var events = log.After(-1);
        var journal = new SealedJournal();
        await journal.AppendAsync(run);
        var stored = (RunEndedBody)(await journal.ReadAsync())[0];
        Assert.Equal(events.Select(Given.Told), RunEventReplay.Rebuild(admitted, stored, "conv_1").After(-1).Select(Given.Told));
        return (view, events);
    }
}
