using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Engine.Sealing;
using OrleansAi.Tests.Unit.Engine.Sealing;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>Answers of several items: how they are laid out, followed, rebuilt and told to the next call.</summary>
public sealed class OutputTests
{
    private readonly ScriptedModels _models = new();

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 120)];

    [Fact]
    public async Task Stream_ThoughtsTextAndCalls_AreItemsInOrder()
    {
        var (view, events) = await RunAsync(
            [
                Delta(ModelDeltaKind.Reasoning, "hm "), Delta(ModelDeltaKind.Reasoning, "yes"), Delta(ModelDeltaKind.Text, "I "),
                Delta(ModelDeltaKind.Text, "look"), Call(0, "c1", "weather"), Arguments(0, """{"city":"""), Call(1, "c2", "time"),
                Arguments(0, "\"Oslo\"}"),
            ],
            new ModelResult
            {
                Text = "I look",
                Reasoning = [new ModelReasoning { Vendor = "v", Kind = "thinking", Text = "hm yes", Opaque = "sig" }],
                ToolCalls =
                [
                    new ModelToolCall { Id = "c1", Name = "weather", Arguments = """{"city":"Oslo"}""" },
                    new ModelToolCall { Id = "c2", Name = "time", Arguments = "{}" },
                ],
                FinishReason = FinishReason.ToolCalls,
            });

        Assert.Equal(
            [ItemKind.Reasoning, ItemKind.Message, ItemKind.FunctionCall, ItemKind.FunctionCall], view.Output.Select(static item => item.Kind));
        Assert.Equal("hm yes", view.Output[0].Text);
        Assert.Equal("sig", Assert.Single(view.Output[0].Origins).Opaque);
        Assert.Equal("{}", view.Output[3].Arguments);
        Assert.All(view.Output, static item => Assert.Equal(ItemStatus.Completed, item.Status));
        Assert.Equal(4, view.Output.Select(static item => item.Id).Distinct().Count());
        Assert.Equal(
            "{}", string.Concat(events.Where(next => next.Kind == RunEventKind.TextDelta && next.ItemId == view.Output[3].Id).Select(static next => next.Text)));
        Assert.Equal([0, 1, 2, 3], events.Where(static next => next.Kind == RunEventKind.ItemDone).Select(static next => next.OutputIndex));
    }

    [Fact]
    public async Task Stream_OutcomeTellsOtherArguments_SendsTheCallsAnew()
    {
        var (view, events) = await RunAsync(
            [Call(0, "c1", "weather"), Arguments(0, """{"city":"Rome"}""")],
            new ModelResult { ToolCalls = [new ModelToolCall { Id = "c1", Name = "weather", Arguments = """{"city":"Oslo"}""" }] });

        Assert.Equal("""{"city":"Oslo"}""", Assert.Single(view.Output).Arguments);
        Assert.Equal(ItemStatus.Incomplete, events.First(static next => next.Kind == RunEventKind.ItemDone).Item!.Status);
        Assert.Contains(events, static next => next.Sequence >= RunEvent.AttemptSpan && next.Kind == RunEventKind.ItemAdded);
    }

    [Fact]
    public async Task Stream_MoreCallsThanAllowed_IsIncomplete()
    {
        var (view, _) = await RunAsync(
            [Call(0, "c1", "a"), Call(1, "c2", "b"), Arguments(1, "{}")],
            new ModelResult
            {
                ToolCalls =
                [
                    new ModelToolCall { Id = "c1", Name = "a", Arguments = "{}" },
                    new ModelToolCall { Id = "c2", Name = "b", Arguments = "{}" },
                ],
            },
            new TurnOptions { MaxToolCalls = 1 });

        Assert.Equal(RunStatus.Incomplete, view.Status);
        Assert.Equal("max_tool_calls", view.IncompleteReason);
        Assert.Equal("c1", Assert.Single(view.Output).CallId);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Rebuild_AnyStream_GivesWhatWasFollowed(int seed)
    {
        var random = new Random(seed);
        var result = new ModelResult();
        var deltas = new List<ModelEvent>();
        var calls = new List<(string Id, string Arguments)>();
        var (text, thoughts, refusal) = ("", "", "");
        for (var i = random.Next(0, 14); i > 0; i--)
        {
            var piece = new string((char)('a' + random.Next(26)), random.Next(1, 200));
            switch (random.Next(8))
            {
                case 0:
                    text += piece;
                    deltas.Add(Delta(ModelDeltaKind.Text, piece));
                    break;
                case 1:
                    thoughts += piece;
                    deltas.Add(Delta(ModelDeltaKind.Reasoning, piece));
                    break;
                case 2:
                    refusal += piece;
                    deltas.Add(Delta(ModelDeltaKind.Refusal, piece));
                    break;
                case 3 when calls.Count < 3:
                    calls.Add(($"c{calls.Count}", ""));
                    deltas.Add(Call(calls.Count - 1, $"c{calls.Count - 1}", "f"));
                    break;
                case 4 when calls.Count > 0:
                    var place = random.Next(calls.Count);
                    calls[place] = (calls[place].Id, calls[place].Arguments + piece);
                    deltas.Add(Arguments(place, piece));
                    break;
                case 6:
                    deltas.Add(Delta(ModelDeltaKind.Message, random.Next(3) switch { 0 => "commentary", 1 => "final_answer", _ => "" }));
                    break;
                case 7:
                    deltas.Add(Delta(ModelDeltaKind.Annotations, $$"""[{"n":{{i}},"of":"{{new string('z', random.Next(1, 700))}}"}]"""));
                    break;
                case 5 when random.Next(4) == 0:
                    (text, thoughts, refusal) = ("", "", "");
                    calls.Clear();
                    deltas.Add(new ModelEvent { Restarted = true });
                    break;
            }
        }

        var late = random.Next(3);
        result = result with
        {
            Text = text,
            Refusal = refusal.Length > 0 ? refusal : null,
            Reasoning = late == 0 ? [new ModelReasoning { Vendor = "v", Kind = "k", Text = thoughts + "!", Opaque = "o" }]
                : late == 1 ? [new ModelReasoning { Vendor = "v", Kind = "k", Opaque = "o" }]
                : [],
            ToolCalls =
            [
                .. calls.Select(static call => new ModelToolCall { Id = call.Id, Name = "f", Arguments = call.Arguments + "}" }),
                .. late == 2 ? new[] { new ModelToolCall { Id = "late", Name = "g", Arguments = "{}" } } : [],
            ],
            FinishReason = random.Next(3) == 0 ? FinishReason.Length : FinishReason.Stop,
        };
        var options = new TurnOptions { IncludeEncryptedReasoning = random.Next(2) == 0 };
        if (random.Next(5) == 0)
        {
            result = new ModelResult { Error = new RunError { Code = ErrorCodes.VendorFailed, Message = "cut" } };
        }

        var (view, events) = await RunAsync(deltas, result, options);

        Assert.Equal(events.Select(static next => next.Sequence).Order(), events.Select(static next => next.Sequence));
        var added = events.Where(static next => next.Kind == RunEventKind.ItemAdded).Select(static next => next.OutputIndex).ToList();
        Assert.Equal(Enumerable.Range(0, added.Count), added);
        foreach (var item in view.Output)
        {
            var pieces = events.Where(next => next.Kind == RunEventKind.TextDelta && next.ItemId == item.Id).Select(static next => next.Text);
            Assert.Equal(item.Kind == ItemKind.FunctionCall ? item.Arguments : item.Text, string.Concat(pieces));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whole_SeveralMessagesAmongCalls_StandEachUnderItsOwnKeys(bool isBare)
    {
        _models.Script = _ =>
        [
            new ModelEvent
            {
                Result = new ModelResult
                {
                    Text = "I look. Found it.",
                    Reasoning = [new ModelReasoning { Vendor = "v", Kind = "k", Text = isBare ? "" : "hm", Opaque = "o" }],
                    ToolCalls = [new ModelToolCall { Id = "c1", Name = "f", Arguments = "{}" }, new ModelToolCall { Id = "c2", Name = "f", Arguments = "{}" }],
                    Messages =
                    [
                        new ModelOutputMessage { Length = 8, Phase = MessagePhases.Commentary },
                        new ModelOutputMessage { Length = 9, Phase = MessagePhases.FinalAnswer, CallsBefore = 1, Annotations = """[{"url":"a"}]""" },
                    ],
                },
            },
        ];
        var admitted = Given.Admitted("ask");
        var log = Given.Log(admitted);
        var run = await Engine().ExecuteAsync(Given.Plan(admitted), log);
        var view = RunViews.Ended(admitted, run, "conv_1");
        log.End(view);

        Assert.Equal(
            [ItemKind.Reasoning, ItemKind.Message, ItemKind.FunctionCall, ItemKind.Message, ItemKind.FunctionCall],
            view.Output.Select(static item => item.Kind));
        Assert.Equal(("Found it.", """[{"url":"a"}]"""), (view.Output[3].Text, view.Output[3].Parts[0].Annotations));
        await CheckSealedAsync(admitted, run, view, log.After(-1));
    }

    [Fact]
    public async Task NextCall_ToolLoop_IsToldAsVendorsWantIt()
    {
        var admitted = Given.Admitted("first");
        var plan = Given.Plan(admitted);
        _models.Script = static _ => throw new InvalidOperationException("not called");
        var input = new List<NewItem>
        {
            NewItem.Message(Role.User, "weather?"),
            new()
            {
                Kind = ItemKind.Reasoning,
                Parts = [new ContentPart { Kind = ContentPartKind.SummaryText, Text = "onetwo" }],
                Origins = [new ItemOrigin { Vendor = "v", Kind = "t", Opaque = "1", Length = 3 }, new ItemOrigin { Vendor = "v", Kind = "t", Opaque = "2", Length = 3 }],
            },
            NewItem.Message(Role.Assistant, "I look"),
            new() { Kind = ItemKind.FunctionCall, CallId = "c1", Name = "weather", Arguments = "{}" },
            new() { Kind = ItemKind.FunctionCall, CallId = "c2", Name = "time", Arguments = "{}" },
            NewItem.Message(Role.User, "hurry"),
            NewItem.FunctionCallOutput("c1", "sunny"),
        };
        var messages = await MessagesAsync(plan with { Admitted = Given.With(admitted, input) });

        Assert.Equal(["be kind", "weather?", "I look", "sunny", "The caller gave no output for this call.", "hurry"], messages.Select(static message => message.Text));
        Assert.Equal(["one", "two"], messages[2].Reasoning.Select(static thought => thought.Text));
        Assert.Equal(["c1", "c2"], messages[2].ToolCalls.Select(static call => call.Id));
        Assert.Equal("c1", messages[3].ToolCallId);
        Assert.True(messages[4].IsToolError);
    }

    [Fact]
    public async Task NextCall_OutputWithoutItsCall_IsRefused()
    {
        var admitted = Given.With(Given.Admitted("x"), [NewItem.FunctionCallOutput("nobody", "1")]);
        var result = await Engine().ExecuteAsync(Given.Plan(admitted), Given.Log(admitted));

        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.Equal(ErrorCodes.InvalidRequest, result.Error!.Code);
        Assert.Empty(_models.Calls);
    }

    private static ModelEvent Delta(ModelDeltaKind kind, string text) => new() { Other = new ModelDelta { Kind = kind, Text = text } };

    private static ModelEvent Call(int place, string id, string name) =>
        new() { Other = new ModelDelta { Kind = ModelDeltaKind.ToolCall, Index = place, CallId = id, Name = name } };

    private static ModelEvent Arguments(int place, string text) =>
        new() { Other = new ModelDelta { Kind = ModelDeltaKind.ToolArguments, Index = place, Text = text } };

    private RunEngine Engine() => new(_models, TimeProvider.System, new NoFaultPoints());

    private async Task<IReadOnlyList<ModelMessage>> MessagesAsync(RunPlan plan)
    {
        _models.Script = static _ => [new ModelEvent { Result = new ModelResult { Text = "ok" } }];
        await Engine().ExecuteAsync(plan, Given.Log(plan.Admitted));
        return Assert.Single(_models.Calls).Messages;
    }

    // Every run is checked against its own rebuilding.
    private async Task<(RunView View, IReadOnlyList<RunEvent> Events)> RunAsync(
        IReadOnlyList<ModelEvent> deltas, ModelResult result, TurnOptions? options = null)
    {
        _models.Script = _ => [.. deltas, new ModelEvent { Result = result }];
        var admitted = Given.Admitted("ask", stream: true, options);
        var log = Given.Log(admitted);
        var run = await Engine().ExecuteAsync(Given.Plan(admitted), log);
        var view = RunViews.Ended(admitted, run, "conv_1");
        log.End(view);
        var events = log.After(-1);
        var rebuilt = RunEventReplay.Rebuild(admitted, run, "conv_1").After(-1);
        Assert.Equal(events.Select(Given.Told), rebuilt.Select(Given.Told));
        await CheckSealedAsync(admitted, run, view, events);
        return (view, events);
    }

    // And against its sealed form: whole, and with each of its items destroyed in turn.
    private static async Task CheckSealedAsync(
        RunAdmittedBody admitted, RunEndedBody run, RunView view, IReadOnlyList<RunEvent> events)
    {
        var journal = new SealedJournal();
        var whole = journal.Keys;
        await journal.AppendAsync(run);
        var opened = (RunEndedBody)(await journal.ReadAsync())[0];
        Assert.Equal(events.Select(Given.Told), RunEventReplay.Rebuild(admitted, opened, "conv_1").After(-1).Select(Given.Told));
        var exchange = KeyPath.OfUnit(1, ContentUnits.Exchange);
        journal.Keys = whole.Without(exchange);
        Assert.Equal(view.Output.Select(Shown), OutputItems.Of((RunEndedBody)(await journal.ReadAsync())[0], admitted.Stream).Select(Shown));
        foreach (var item in view.Output)
        {
            var units = OutputItems.UnitsOf(opened, admitted.Stream, item.Id)!;
            journal.Keys = whole.Without([exchange, .. units.Select(static unit => KeyPath.OfUnit(1, unit))]);
            var left = (RunEndedBody)(await journal.ReadAsync())[0];
            var items = OutputItems.Of(left, admitted.Stream);

            // An empty message has nothing that could be destroyed.
            Assert.Equal(view.Output.Where(other => other.Id != item.Id || units.Count == 0).Select(Shown), items.Select(Shown));
            var told = RunEventReplay.Rebuild(admitted, left, "conv_1").After(-1);
            var done = told.Where(static next => next.Kind == RunEventKind.ItemDone).Select(static next => next.Item!);
            Assert.Equal(items.Select(Shown), done.Where(one => items.Any(kept => kept.Id == one.Id)).Select(Shown));
            Assert.All(done.Where(one => items.All(kept => kept.Id != one.Id)), static one => Assert.Equal("", one.Text + one.Arguments));
        }
    }

    private static object Shown(Item item) => (item.Id, item.Kind, item.Status, item.Text, item.Arguments, item.CallId, item.Phase, item.Origins.Count,
        string.Concat(item.Parts.Select(static part => part.Annotations)));
}
