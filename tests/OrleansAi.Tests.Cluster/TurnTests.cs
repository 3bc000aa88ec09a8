using OrleansAi.Client;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Grains;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster;

/// <summary>Turns on a cluster of three silos.</summary>
public sealed class TurnTests : IClassFixture<TurnCluster>
{
    private readonly TurnCluster _cluster;

    public TurnTests(TurnCluster cluster)
    {
        _cluster = cluster;
        Vendor.Reset();
    }

    private VendorServer Vendor => _cluster.Vendor;

    private Host Host => _cluster.Host;

    [Fact]
    public async Task RunTurn_FortyAtOnceOnOneConversation_NeverInterleave()
    {
        var conversation = (await Host.Client.CreateConversationAsync()).Id;
        Vendor.Behave = static _ => new Behaviour { Delay = TimeSpan.FromMilliseconds(3) };

        var runs = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            Host.Client.RunTurnAsync(conversation, Host.Turn($"question {i:00}", stream: i % 2 == 0))));

        Assert.All(runs, static run => Assert.Equal(RunStatus.Completed, run.Status));
        var items = await ItemsAsync(conversation);
        Assert.Equal(80, items.Count);
        for (var i = 0; i < items.Count; i += 2)
        {
            Assert.Equal(Role.User, items[i].Role);
            Assert.Equal(Role.Assistant, items[i + 1].Role);
            Assert.Contains(items[i].Text, items[i + 1].Text, StringComparison.Ordinal);
        }

        // Each call had exactly the turns before it, so no turn began before the one before it had ended.
        var calls = Vendor.Calls.OrderBy(static call => call.Number).ToList();
        Assert.Equal(40, calls.Count);
        for (var i = 0; i < calls.Count; i++)
        {
            Assert.Equal(Math.Min((2 * i) + 1, 39), calls[i].Messages.Count);
            Assert.Equal(items[2 * i].Text, calls[i].LastMessage);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunTurn_TwentyFiveDuplicatesAtOnce_MakeOneCallAndOneTurn(bool inConversation)
    {
        var conversation = inConversation ? (await Host.Client.CreateConversationAsync()).Id : null;
        var text = $"same {inConversation}";

        var runs = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ =>
            Host.Client.RunTurnAsync(conversation, Host.Turn(text, key: text))));

        Assert.Single(runs.Select(static run => run.Id).Distinct());
        Assert.All(runs, static run => Assert.Equal(RunStatus.Completed, run.Status));
        Assert.Single(runs.Select(static run => run.Output[0].Text).Distinct());
        Assert.Equal(1, Vendor.CountOf(text));
        Assert.Equal(2, (await ItemsAsync(runs[0].ConversationId)).Count);
    }

    [Fact]
    public async Task RunTurn_SameKeyAnotherRequest_IsRefused()
    {
        var conversation = (await Host.Client.CreateConversationAsync()).Id;
        var other = (await Host.Client.CreateConversationAsync()).Id;
        await Host.Client.RunTurnAsync(conversation, Host.Turn("one", key: "reused"));

        foreach (var target in new[] { conversation, other })
        {
            var error = await Assert.ThrowsAsync<OrleansAiException>(
                () => Host.Client.RunTurnAsync(target, Host.Turn("two", key: "reused")));
            Assert.Equal(ErrorCodes.IdempotencyKeyReused, error.Code);
        }

        Assert.Equal(0, Vendor.CountOf("two"));
    }

    [Fact]
    public async Task StartTurn_RejectWhileATurnRuns_NamesTheRunThatHoldsTheConversation()
    {
        var conversation = (await Host.Client.CreateConversationAsync()).Id;
        var gate = new TaskCompletionSource();
        Vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        var running = await Host.Client.StartTurnAsync(conversation, Host.Turn("slow"));

        var error = await Assert.ThrowsAsync<OrleansAiException>(
            () => Host.Client.StartTurnAsync(conversation, Host.Turn("no", overlap: OverlapPolicy.Reject)));
        var queued = await Host.Client.StartTurnAsync(conversation, Host.Turn("yes"));
        Assert.Equal((ErrorCodes.ConversationLocked, running.Id), (error.Code, error.RunId));
        Assert.Equal(RunStatus.Queued, queued.Status);

        gate.SetResult();
        Assert.Equal(RunStatus.Completed, (await Host.Client.WaitAsync(queued)).Status);
        Assert.Equal(4, (await ItemsAsync(conversation)).Count);
    }

    [Fact]
    public async Task Cancel_RunningAndQueuedTurns_EndAsCancelledAndTheNextOneRuns()
    {
        var conversation = (await Host.Client.CreateConversationAsync()).Id;
        var gate = new TaskCompletionSource();
        Vendor.Behave = call => call.LastMessage == "hangs" ? new Behaviour { Gate = gate.Task } : new Behaviour();
        var running = await Host.Client.StartTurnAsync(conversation, Host.Turn("hangs"));
        var queued = await Host.Client.StartTurnAsync(conversation, Host.Turn("never asked"));
        var last = await Host.Client.StartTurnAsync(conversation, Host.Turn("asked"));

        Assert.Equal(RunStatus.Cancelled, (await Host.Client.CancelAsync(queued.Id)).Status);
        Assert.Equal(RunStatus.Cancelled, (await Host.Client.CancelAsync(running.Id)).Status);
        Assert.Equal(RunStatus.Completed, (await Host.Client.WaitAsync(last)).Status);

        Assert.Equal(RunStatus.Completed, (await Host.Client.CancelAsync(last.Id)).Status);
        Assert.Equal(0, Vendor.CountOf("never asked"));
        gate.SetResult();
    }

    [Fact]
    public async Task Follow_FromEveryPosition_GivesTheSameEvents()
    {
        var conversation = (await Host.Client.CreateConversationAsync()).Id;
        Vendor.Behave = static _ => new Behaviour { ChunkDelay = TimeSpan.FromMilliseconds(30) };
        var run = await Host.Client.StartTurnAsync(conversation, Host.Turn("a b c", stream: true));

        var live = await FollowAsync(run, -1);
        for (var i = 0; i < live.Count; i++)
        {
            var rest = await FollowAsync(run, live[i].Sequence);
            Assert.Equal(live.Skip(i + 1).Select(static next => next.Sequence), rest.Select(static next => next.Sequence));
            Assert.Equal(live.Skip(i + 1).Select(static next => next.Text), rest.Select(static next => next.Text));
        }

        var stored = (await Host.Client.GetRunAsync(run.Id)).Output[0].Text;
        Assert.True(live.Count(static next => next.Kind == RunEventKind.TextDelta) > 2);
        Assert.Equal(stored, string.Concat(live.Where(static next => next.Kind == RunEventKind.TextDelta).Select(static next => next.Text)));
    }

    [Fact]
    public async Task RunTurn_StreamCutInTheMiddle_BeginsANewItemAndNeverJoinsTwoAttempts()
    {
        var conversation = (await Host.Client.CreateConversationAsync()).Id;
        Vendor.Behave = static call => call.Number == 1
            ? new Behaviour { ChunkDelay = TimeSpan.FromMilliseconds(40), CutAfterChunks = 3 }
            : new Behaviour();
        var run = await Host.Client.StartTurnAsync(conversation, Host.Turn("cut me", stream: true));

        var events = await FollowAsync(run, -1);
        var ended = await Host.Client.GetRunAsync(run.Id);

        var items = events.Where(static next => next.Kind == RunEventKind.ItemDone).Select(static next => next.Item!).ToList();
        Assert.Equal([ItemStatus.Incomplete, ItemStatus.Completed], items.Select(static item => item.Status));
        Assert.NotEqual(items[0].Id, items[1].Id);
        Assert.Equal(ended.Output[0].Id, items[1].Id);
        Assert.Equal(ended.Output[0].Text, items[1].Text);
        Assert.Equal(2, (await ItemsAsync(conversation)).Count);
        Assert.Equal(2, Vendor.Count);

        // The same numbers when the run is told again from the journal.
        var elsewhere = await FollowAsync(run, -1);
        Assert.Equal(events.Select(static next => (next.Sequence, next.Kind, next.Text)), elsewhere.Select(static next => (next.Sequence, next.Kind, next.Text)));
    }

    [Fact]
    public async Task RunTurn_VendorFails_TheRunSaysWhyAndTheConversationGoesOn()
    {
        var conversation = (await Host.Client.CreateConversationAsync()).Id;
        Vendor.Behave = static call => call.LastMessage == "bad" ? new Behaviour { Status = 400 } : new Behaviour();

        var failed = await Host.Client.RunTurnAsync(conversation, Host.Turn("bad"));
        var good = await Host.Client.RunTurnAsync(conversation, Host.Turn("good"));

        Assert.Equal((RunStatus.Failed, ErrorCodes.VendorFailed), (failed.Status, failed.Error!.Code));
        Assert.Equal(RunStatus.Completed, good.Status);
        var trace = await Host.Client.TraceAsync(failed.Id);
        var attempt = Assert.Single(trace.Steps.Single(static step => step.Stage == Stage.ModelExecution).VendorAttempts);
        Assert.Equal(400, attempt.HttpStatus);
    }

    [Fact]
    public async Task Conversation_ItemsMetadataDelete_BehaveLikeAStore()
    {
        var created = await Host.Client.CreateConversationAsync(
            new Dictionary<string, string> { ["a"] = "1" },
            [NewItem.Message(Role.System, "be short")]);
        await Host.Client.RunTurnAsync(created.Id, Host.Turn("hello"));
        Assert.Equal(["system", "user"], Vendor.Calls.Single().Messages.Select(static message => message.Role));

        var ascending = await Host.Client.ListItemsAsync(created.Id, new ItemQuery { Ascending = true, Limit = 2 });
        Assert.True(ascending.HasMore);
        var rest = await Host.Client.ListItemsAsync(created.Id, new ItemQuery { Ascending = true, Limit = 2, After = ascending.Items[1].Id });
        Assert.False(rest.HasMore);
        var descending = await Host.Client.ListItemsAsync(created.Id, new ItemQuery());
        Assert.Equal(ascending.Items.Concat(rest.Items).Reverse().Select(static item => item.Id), descending.Items.Select(static item => item.Id));
        foreach (var item in descending.Items)
        {
            Assert.Equal(item.Text, (await Host.Client.GetItemAsync(created.Id, item.Id)).Text);
        }

        Assert.Equal("2", (await Host.Client.UpdateConversationAsync(created.Id, new Dictionary<string, string> { ["b"] = "2" })).Metadata["b"]);
        Assert.Equal(["b"], (await Host.Client.GetConversationAsync(created.Id)).Metadata.Keys);
        await Host.Client.DeleteConversationAsync(created.Id);
        foreach (var call in new Func<Task>[]
        {
            () => Host.Client.GetConversationAsync(created.Id),
            () => Host.Client.RunTurnAsync(created.Id, Host.Turn("gone")),
            () => Host.Client.GetConversationAsync("conv_neverwas"),
            () => Host.Client.GetConversationAsync("nonsense"),
        })
        {
            Assert.Equal(ErrorCodes.ConversationNotFound, (await Assert.ThrowsAsync<OrleansAiException>(call)).Code);
        }

        var unknown = await Assert.ThrowsAsync<OrleansAiException>(() => Host.Client.GetRunAsync("resp_neverwas"));
        Assert.Equal(ErrorCodes.ResponseNotFound, unknown.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ListItems_MoreMediaThanAPageHolds_GivesShorterPagesAndMissesNothing(bool ascending)
    {
        var conversation = (await Host.Client.CreateConversationAsync()).Id;
        for (var i = 0; i < 5; i++)
        {
            var item = NewItem.Message(Role.User, $"picture {i}");
            await Host.Client.AddItemsAsync(conversation, [item with { Parts = [.. item.Parts, Image(3 << 20)] }]);
        }

        await Host.Client.AddItemsAsync(conversation, [NewItem.Message(Role.User, "the end")]);
        var seen = new List<string>();
        var pages = new List<int>();
        for (ItemPage? page = null; page is not { HasMore: false };)
        {
            page = await Host.Client.ListItemsAsync(conversation, new ItemQuery { Ascending = ascending, Limit = 100, After = page?.Items[^1].Id });
            pages.Add(page.Items.Count);
            seen.AddRange(page.Items.Select(static item => item.Text));
        }

        string[] all = ["picture 0", "picture 1", "picture 2", "picture 3", "picture 4", "the end"];
        Assert.Equal(ascending ? all : all.Reverse(), seen);
        Assert.True(pages.Count >= 3 && pages.Max() <= 3, string.Join(", ", pages));
    }

    [Fact]
    public async Task RunTurn_MoreMediaThanTheWindowHolds_LeavesTheOldestTurnsOutAndRefusesWhatNeverFits()
    {
        var conversation = (await Host.Client.CreateConversationAsync()).Id;
        for (var i = 0; i < 4; i++)
        {
            await Host.Client.RunTurnAsync(conversation, With(Host.Turn($"picture {i}"), Image(6 << 20)));
        }

        // Three pictures of 6 MiB fit into 20 MiB beside each other.
        await Host.Client.RunTurnAsync(conversation, Host.Turn("and now?"));
        Assert.Equal(3, Vendor.Calls.Last().Messages.Count(static message => message.Text.Contains("picture", StringComparison.Ordinal) && message.Role == "user"));
        var refused = await Assert.ThrowsAsync<OrleansAiException>(
            () => Host.Client.RunTurnAsync(conversation, With(Host.Turn("too much"), Image(11 << 20), Image(11 << 20))));
        Assert.Equal((ErrorCodes.ContextTooLong, "input"), (refused.Code, refused.Param));
        Assert.Equal(RunStatus.Completed, (await Host.Client.RunTurnAsync(conversation, Host.Turn("still here"))).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Follow_TheRunEndsWhileItsEventsAreTold_TellsAllOfThemInOneGo(bool forget)
    {
        // More than go to a follower at once, each an event of its own, because the next one comes when it was told.
        const int chunks = 40;
        var gates = Enumerable.Range(0, chunks + 1).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        Vendor.Behave = _ => new Behaviour { Answer = string.Join(' ', Enumerable.Range(0, chunks)), ChunkGate = chunk => gates[chunk].Task };
        var turn = Host.Turn("slowly", stream: true);
        var run = await Host.Client.StartTurnAsync(null, turn with { Options = turn.Options with { Forget = forget } });
        gates[0].SetResult();
        var seen = new List<RunEvent>();
        var held = new TaskCompletionSource();
        var live = Task.Run(async () =>
        {
            await foreach (var next in Host.Client.FollowAsync(run.ConversationId, run.Id, -1))
            {
                seen.Add(next);
                var deltas = seen.Count(static one => one.Kind == RunEventKind.TextDelta);
                if (deltas == chunks - 5)
                {
                    held.TrySetResult();
                }
                else if (next.Kind == RunEventKind.TextDelta)
                {
                    gates[deltas].TrySetResult();
                }
            }
        });
        await held.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var told = new List<RunEvent>();
        await foreach (var next in Host.Grains.GetGrain<IConversationGrain>($"{OrleansAiClient.LocalTenant}/{run.ConversationId}").Follow(run.Id, -1).WithBatchSize(16))
        {
            told.Add(next);
            if (told.Count == 1)
            {
                Array.ForEach(gates, static gate => gate.TrySetResult());
                await live;
            }
        }

        Assert.Equal(RunEventKind.Ended, told[^1].Kind);
        Assert.Equal(seen.Select(static next => (next.Sequence, next.Text)), told.Select(static next => (next.Sequence, next.Text)));
    }

    [Fact]
    public async Task Follow_ARunThatIsNotKeptAndHasEnded_TellsItToWhoeverBeganIt()
    {
        var turn = Host.Turn("not kept", stream: true);
        var run = await Host.Client.StartTurnAsync(null, turn with { Options = turn.Options with { Forget = true } });
        var ended = await Host.Client.WaitAsync(run);

        var events = await FollowAsync(run, -1);

        Assert.Equal((RunEventKind.Created, RunEventKind.Ended), (events[0].Kind, events[^1].Kind));
        Assert.Equal(ended.Output[0].Text, events[^1].Run!.Output[0].Text);
        Assert.Equal(ErrorCodes.ResponseNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => Host.Client.GetRunAsync(run.Id))).Code);
    }

    private static ContentPart Image(int bytes) => new() { Kind = ContentPartKind.InputImage, Text = "data:image/png;base64," + new string('A', bytes) };

    private static TurnRequest With(TurnRequest turn, params ContentPart[] parts) =>
        turn with { Input = [turn.Input[0] with { Parts = [.. turn.Input[0].Parts, .. parts] }] };

    private async Task<List<RunEvent>> FollowAsync(RunView run, long after)
    {
        var events = new List<RunEvent>();
        await foreach (var next in Host.Client.FollowAsync(run.ConversationId, run.Id, after))
        {
            events.Add(next);
        }

        return events;
    }

    private async Task<IReadOnlyList<Item>> ItemsAsync(string conversation) =>
        (await Host.Client.ListItemsAsync(conversation, new ItemQuery { Ascending = true, Limit = 100 })).Items;
}
