using System.Text;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;
using Xunit;

namespace OrleansAi.Tests.Storage;

/// <summary>What every store must do. A provider is a subclass with a host.</summary>
public abstract class JournalStoreConformance : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private StoreHost? _host;

    private protected IJournalStore Store => _host!.Store;

    private protected StoreHost Host => _host!;

    private protected abstract Task<StoreHost> CreateHostAsync();

    private protected abstract StoreHost SecondHost();

    public async ValueTask InitializeAsync()
    {
        _host = await CreateHostAsync();
        await Store.InitializeAsync(None);
    }

    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    [Fact]
    public async Task Initialize_SeveralAtOnceAndAgain_Succeeds()
    {
        await using var fresh = await CreateHostAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fresh.Store.InitializeAsync(None)));
        await fresh.Store.PingAsync(None);

        Assert.Null(await fresh.Store.CommitAsync([Some.Append(Some.Stream(), 0)], None));
    }

    [Fact]
    public async Task Commit_Release_DeletesThesePayloadsOfTheStreamAlone()
    {
        var (stream, other) = (Some.Stream(), Some.Stream());
        Content[] contents = [Some.Content("a"), Some.Content("b"), Some.Content("c")];
        await Store.CommitAsync([Some.Append(stream, 0) with { Contents = contents }, Some.Append(other, 0) with { Contents = contents }], None);

        Assert.Null(await Store.CommitAsync(
            [Some.Append(stream, 1) with { Release = ContentRelease.Of([contents[0].Hash, contents[1].Hash, Some.Content("none").Hash]) }], None));

        Assert.Equal([contents[2].Hash], await HashesAsync(stream));
        Assert.Equal(3, (await HashesAsync(other)).Count);
        Assert.NotNull(await Store.CommitAsync([Some.Append(stream, 1) with { Release = ContentRelease.All }], None));
        Assert.Equal([contents[2].Hash], await HashesAsync(stream));
        Assert.Null(await Store.CommitAsync([Some.Append(other, 1) with { Release = ContentRelease.All }], None));
        Assert.Empty(await HashesAsync(other));
        Assert.Equal([contents[2].Hash], await HashesAsync(stream));

        async Task<IReadOnlyCollection<ContentHash>> HashesAsync(string owner) =>
            [.. (await Store.ReadContentsAsync(owner, [.. contents.Select(static content => content.Hash)], None)).Keys];
    }

    [Fact]
    public async Task Commit_ReleaseBesideOtherAppendsOfTheStream_WhatComesLaterStays()
    {
        var stream = Some.Stream();
        Content[] contents = [Some.Content("a"), Some.Content("b"), Some.Content("c"), Some.Content("d")];

        Assert.Null(await Store.CommitAsync(
            [
                Some.Append(stream, 0) with { Contents = [contents[0], contents[1]] },
                Some.Append(stream, 1) with { Contents = [contents[2]], Release = ContentRelease.All },
                Some.Append(stream, 2) with { Contents = [contents[0]] },
                Some.Append(stream, 3) with { Contents = [contents[3]], Release = ContentRelease.Of([contents[2].Hash, contents[3].Hash]) },
            ],
            None));

        var left = await Store.ReadContentsAsync(stream, [.. contents.Select(static content => content.Hash)], None);
        Assert.Equal(new[] { contents[0].Hash, contents[3].Hash }.ToHashSet(), left.Keys.ToHashSet());
    }

    [Fact]
    public async Task Commit_NewStream_RecordsStandInOrderByteForByte()
    {
        var stream = Some.Stream();
        NewRecord[] records = [Some.Record("{\"a\":\"ä\\u0000🙂\"}", RecordKind.RunAdmitted), Some.Record("{}", RecordKind.RunEnded)];

        Assert.Null(await Store.CommitAsync([Some.Append(stream, 0, records)], None));

        var read = await Store.ReadForwardAsync(stream, 0, 10, [], None);
        Assert.Equal([1L, 2L], read.Select(static record => record.Position));
        Assert.Equal(records.Select(static r => r.RecordId), read.Select(static record => record.RecordId));
        Assert.Equal(records.Select(static r => r.Kind), read.Select(static record => record.Kind));
        Assert.Equal(records[0].Body.ToArray(), read[0].Body.ToArray());
        Assert.Equal(records[0].At, read[0].At);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Commit_OtherPositionThanTheHead_IsRefusedAndWritesNothing(long expected)
    {
        var stream = Some.Stream();
        await Store.CommitAsync([Some.Append(stream, 0, Some.Record(), Some.Record())], None);
        var run = Some.Run("local", "conv_x", 1);

        var outcome = await Store.CommitAsync(
            [Some.Append(stream, expected) with { Contents = [Some.Content("lost")], Runs = [new(RunChangeKind.Open, run)] }], None);

        Assert.Equal(AppendStatus.PositionTaken, outcome?.Status);
        Assert.Equal(2, (await Store.ReadForwardAsync(stream, 0, 10, [], None)).Count);
        Assert.Empty(await Store.ReadContentsAsync(stream, [Some.Content("lost").Hash], None));
        Assert.Null(await Store.FindRunAsync("local", run.RunId, None));
    }

    [Fact]
    public async Task Commit_OneOfManyConflicts_WritesNothingOfTheBatch()
    {
        var (good, taken) = (Some.Stream(), Some.Stream());
        await Store.CommitAsync([Some.Append(taken, 0)], None);

        var outcome = await Store.CommitAsync([Some.Append(good, 0), Some.Append(taken, 0)], None);

        Assert.Equal(AppendStatus.PositionTaken, outcome?.Status);
        Assert.Empty(await Store.ReadForwardAsync(good, 0, 10, [], None));
    }

    [Fact]
    public async Task Commit_SixteenRacersForOnePlace_ExactlyOneWins()
    {
        var stream = Some.Stream();
        await using var other = SecondHost();
        await other.Store.InitializeAsync(None);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            (i % 2 == 0 ? Store : other.Store).CommitAsync([Some.Append(stream, 0)], None)));

        Assert.Equal(1, outcomes.Count(static outcome => outcome is null));
        Assert.All(outcomes.OfType<AppendOutcome>(), static outcome => Assert.Equal(AppendStatus.PositionTaken, outcome.Status));
        Assert.Single(await Store.ReadForwardAsync(stream, 0, 10, [], None));
    }

    [Fact]
    public async Task Commit_KeyInUse_IsRefusedAndSaysForWhat()
    {
        var key = new IdempotencyEntry("local", Some.Ids.New("key_"), "hash", "resp_1", "conv_1", 5);
        Assert.Null(await Store.CommitAsync([Some.Append(Some.Stream(), 0) with { Idempotency = key }], None));
        var other = Some.Stream();

        var outcome = await Store.CommitAsync(
            [Some.Append(other, 0) with { Idempotency = key with { RunId = "resp_2", Conversation = "conv_2" } }], None);

        Assert.Equal(new AppendOutcome(AppendStatus.IdempotencyKeyTaken, key), outcome);
        Assert.Empty(await Store.ReadForwardAsync(other, 0, 10, [], None));
        Assert.Null(await Store.CommitAsync([Some.Append(other, 0) with { Idempotency = key with { Tenant = "another" } }], None));
    }

    [Fact]
    public async Task Commit_SameContentTwice_IsStoredOnceForItsOwner()
    {
        var (stream, other) = (Some.Stream(), Some.Stream());
        var content = Some.Content(new string('c', 5_000));
        await Store.CommitAsync([Some.Append(stream, 0) with { Contents = [content, content] }], None);
        await Store.CommitAsync([Some.Append(stream, 1) with { Contents = [content] }], None);

        var found = await Store.ReadContentsAsync(stream, [content.Hash, Some.Content("unknown").Hash], None);

        Assert.Equal(content.Bytes.ToArray(), Assert.Single(found).Value.ToArray());
        Assert.Empty(await Store.ReadContentsAsync(other, [content.Hash], None));
        Assert.Empty(await Store.ReadContentsAsync(stream, [], None));
    }

    [Fact]
    public async Task Commit_Keys_AreWrittenChangedAndDestroyedWithTheirRecord()
    {
        var (stream, other) = (Some.Stream(), Some.Stream());
        Assert.Null(await Store.ReadKeysAsync(stream, None));

        await Store.CommitAsync([WithKeys(stream, 0, "first"), WithKeys(other, 0, "others")], None);
        Assert.Equal("first", await KeysAsync(Store, stream));

        await Store.CommitAsync([WithKeys(stream, 1, "second", KeyErasure.Soon), Some.Append(other, 1)], None);
        Assert.Equal("second", await KeysAsync(Store, stream));

        await Store.CommitAsync([WithKeys(stream, 2, "", KeyErasure.AtOnce)], None);
        Assert.Equal("", await KeysAsync(Store, stream));
        Assert.Equal("others", await KeysAsync(Store, other));
        Assert.Equal(3, (await Store.ReadForwardAsync(stream, 0, 10, [], None)).Count);
    }

    [Fact]
    public async Task Commit_KeysOfARefusedAppend_AreNotWritten()
    {
        var (stream, neighbour) = (Some.Stream(), Some.Stream());
        await Store.CommitAsync([WithKeys(stream, 0, "theirs")], None);

        Assert.NotNull(await Store.CommitAsync([WithKeys(stream, 0, "ours", KeyErasure.AtOnce)], None));
        Assert.NotNull(await Store.CommitAsync([WithKeys(neighbour, 0, "lost"), WithKeys(stream, 0, "ours")], None));

        Assert.Equal("theirs", await KeysAsync(Store, stream));
        Assert.Null(await Store.ReadKeysAsync(neighbour, None));
    }

    [Fact]
    public async Task Read_ByPositionKindAndLimit_GivesWhatWasAskedFor()
    {
        var stream = Some.Stream();
        var records = Enumerable.Range(0, 20)
            .Select(static i => Some.Record($"{{\"i\":{i}}}", i % 2 == 0 ? RecordKind.RunAdmitted : RecordKind.RunEnded)).ToArray();
        await Store.CommitAsync([Some.Append(stream, 0, records)], None);

        var forward = await Store.ReadForwardAsync(stream, 4, 3, [], None);
        var backward = await Store.ReadBackwardAsync(stream, 10, 3, [RecordKind.RunEnded], None);
        var newest = await Store.ReadBackwardAsync(stream, long.MaxValue, 1, [], None);
        var at = await Store.ReadAtAsync(stream, [20, 1, 99], None);

        Assert.Equal([5L, 6L, 7L], forward.Select(static record => record.Position));
        Assert.Equal([8L, 6L, 4L], backward.Select(static record => record.Position));
        Assert.Equal(20, Assert.Single(newest).Position);
        Assert.Equal([1L, 20L], at.Select(static record => record.Position));
        Assert.Empty(await Store.ReadAtAsync(stream, [], None));
    }

    [Fact]
    public async Task RunIndex_OpenWakeEnd_FollowsTheRun()
    {
        var stream = Some.Stream();
        var run = Some.Run("local", stream[6..], 1_000);
        await Store.CommitAsync([Some.Append(stream, 0) with { Runs = [new(RunChangeKind.Open, run)] }], None);
        Assert.Equal(run, await Store.FindRunAsync("local", run.RunId, None));
        Assert.Contains(run, await Store.ListOpenRunsAsync("", 1_000, None));

        var woken = run with { Waker = "silo-2" };
        await Store.CommitAsync([Some.Append(stream, 1) with { Runs = [new(RunChangeKind.Wake, woken)] }], None);
        Assert.Equal(woken, await Store.FindRunAsync("local", run.RunId, None));

        var ended = run with { Status = RunStatus.Completed, EndedAt = 2_000, EndedPosition = 3, Waker = null };
        await Store.CommitAsync([Some.Append(stream, 2) with { Runs = [new(RunChangeKind.End, ended)] }], None);
        Assert.Equal(ended, await Store.FindRunAsync("local", run.RunId, None));
        Assert.DoesNotContain(await Store.ListOpenRunsAsync("", 1_000, None), open => open.RunId == run.RunId);
        Assert.Null(await Store.FindRunAsync("another", run.RunId, None));
        Assert.Null(await Store.FindRunAsync("local", "short", None));
    }

    [Fact]
    public async Task ListOpenRuns_Pages_GiveEveryRunOnce()
    {
        await using var fresh = await CreateHostAsync();
        await fresh.Store.InitializeAsync(None);
        var runs = Enumerable.Range(0, 25).Select(static i =>
            Some.Run($"tenant{i % 3}", "conv_p", i, prefix: i % 2 == 0 ? IdPrefixes.Response : IdPrefixes.ChatCompletion)).ToArray();
        await fresh.Store.CommitAsync(
            [Some.Append(Some.Stream(), 0) with { Runs = [.. runs.Select(static run => new RunChange(RunChangeKind.Open, run))] }], None);

        var seen = new List<RunEntry>();
        IReadOnlyList<RunEntry> page;
        do
        {
            page = await fresh.Store.ListOpenRunsAsync(seen.Count > 0 ? seen[^1].RunId : "", 10, None);
            seen.AddRange(page);
        }
        while (page.Count == 10);

        Assert.Equal(runs.Select(static run => run.RunId).Order(), seen.Select(static run => run.RunId).Order());
    }

    [Fact]
    public async Task SearchRuns_EveryCondition_GivesNewestFirst()
    {
        var tenant = Some.Ids.New("t_");
        var runs = new List<RunEntry>();
        for (var i = 0; i < 12; i++)
        {
            var run = Some.Run(tenant, $"conv_{i % 2}", 0, i % 3 == 0 ? "fast" : "slow", i % 4 == 0 ? IdPrefixes.ChatCompletion : IdPrefixes.Response);
            var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            run = run with
            {
                CreatedAt = at,
                Status = i < 10 ? RunStatus.Completed : RunStatus.InProgress,
                EndedAt = i < 10 ? at : null,
                EndedPosition = i < 10 ? 2 : null,
                Waker = i < 10 ? null : "silo-1",
            };
            run = i == 5 ? run with { Status = RunStatus.Failed } : run;
            runs.Add(run);
            await Store.CommitAsync([Some.Append(Some.Stream(), 0) with { Runs = [new(i < 10 ? RunChangeKind.End : RunChangeKind.Open, run)] }], None);

            // Ids sort by time; runs of one millisecond have no order among them.
            await Task.Delay(2, None);
        }

        runs.Reverse();
        Assert.Equal(runs, await Search(new RunQuery()));
        Assert.Equal(runs.Where(static run => run.Conversation == "conv_1"), await Search(new RunQuery { Conversation = "conv_1" }));
        Assert.Equal(runs.Where(static run => run.Model == "fast"), await Search(new RunQuery { Model = "fast" }));
        Assert.Equal(runs.Where(static run => run.Status == RunStatus.Failed), await Search(new RunQuery { Status = RunStatus.Failed }));
        Assert.Equal(runs.Where(static run => run.Status == RunStatus.Completed), await Search(new RunQuery { Status = RunStatus.Completed }));
        Assert.Equal(runs.Take(2), await Search(new RunQuery { Status = RunStatus.InProgress }));
        Assert.Equal(runs.Take(2), await Search(new RunQuery { Status = RunStatus.Queued }));
        Assert.Equal(runs.Take(4), await Search(new RunQuery { Since = runs[3].CreatedAt }));
        Assert.Equal(runs.Skip(4), await Search(new RunQuery { Until = runs[3].CreatedAt }));
        Assert.Equal(runs.Take(4), await Search(new RunQuery { Limit = 3 }));
        Assert.Equal(runs.Skip(3).Take(4), await Search(new RunQuery { Limit = 3, Cursor = runs[2].RunId }));
        Assert.Empty(await Store.SearchRunsAsync("nobody", new RunQuery(), None));

        Task<IReadOnlyList<RunEntry>> Search(RunQuery query) => Store.SearchRunsAsync(tenant, query, None);
    }

    [Fact]
    public async Task SearchRuns_ListedCompletions_GivesFirstChoicesInOrderAndTheRestOfEach()
    {
        var tenant = Some.Ids.New("t_");
        var firsts = new List<RunEntry>();
        for (var i = 0; i < 6; i++)
        {
            var first = Ended(i % 2 == 0 ? "fast" : "slow");
            first = first with { Listing = first.RunId };
            var further = Ended("fast") with { Listing = first.RunId };
            var others = new[] { Ended("fast"), Ended("fast") with { Status = RunStatus.Failed } };
            others[1] = others[1] with { Listing = others[1].RunId };
            await Store.CommitAsync(
                [Some.Append(Some.Stream(), 0) with { Runs = [.. new[] { first, further }.Concat(others).Select(static run => new RunChange(RunChangeKind.End, run))] }],
                None);
            Assert.Equal(first, await Store.FindRunAsync(tenant, first.RunId, None));
            Assert.Equal([further], await Search(new RunQuery { ChoicesOf = first.RunId }));
            firsts.Add(first);
            await Task.Delay(2, None);
        }

        Assert.Equal(firsts, await Search(new RunQuery { Listed = true, Ascending = true }));
        Assert.Equal(firsts.AsEnumerable().Reverse(), await Search(new RunQuery { Listed = true }));
        Assert.Equal(firsts.Where(static run => run.Model == "slow"), await Search(new RunQuery { Listed = true, Ascending = true, Model = "slow" }));
        Assert.Equal(firsts.Skip(2).Take(3), await Search(new RunQuery { Listed = true, Ascending = true, Limit = 2, Cursor = firsts[1].RunId }));
        Assert.Equal(firsts.Take(2).Reverse(), await Search(new RunQuery { Listed = true, Cursor = firsts[2].RunId }));

        await Store.CommitAsync([Some.Append(Some.Stream(), 0) with { Runs = [new(RunChangeKind.Unlist, firsts[0])] }], None);
        Assert.Equal(firsts.Skip(1), await Search(new RunQuery { Listed = true, Ascending = true }));
        Assert.Equal(firsts[0] with { Listing = null }, await Store.FindRunAsync(tenant, firsts[0].RunId, None));

        RunEntry Ended(string model) => Some.Run(tenant, "conv_l", 1, model, IdPrefixes.ChatCompletion) with
        {
            Status = RunStatus.Completed, EndedAt = 2, EndedPosition = 2, Waker = null,
        };

        Task<IReadOnlyList<RunEntry>> Search(RunQuery query) => Store.SearchRunsAsync(tenant, query, None);
    }

    [Fact]
    public async Task SearchRuns_ByConversation_GivesTheNewestRunOfEachNewestConversationFirst()
    {
        var tenant = Some.Ids.New("t_");
        var newest = new Dictionary<string, RunEntry>();
        for (var i = 0; i < 14; i++)
        {
            // The last two have open runs, one of them alone; what callers do not know is no conversation.
            var conversation = i < 10 ? $"conv_{i % 4}" : i == 10 ? "conv_3" : i == 11 ? "conv_4" : i == 12 ? $"{IdPrefixes.Thread}x" : "vs_x";
            var run = Some.Run(tenant, conversation, 0);
            run = i is 10 or 11 ? run : run with { Status = RunStatus.Completed, EndedAt = 2, EndedPosition = 2, Waker = null };
            await Store.CommitAsync([Some.Append(Some.Stream(), 0) with { Runs = [new(i is 10 or 11 ? RunChangeKind.Open : RunChangeKind.End, run)] }], None);
            newest[conversation] = run;
            await Task.Delay(2, None);
        }

        RunEntry[] all = [newest["conv_4"], newest["conv_3"], newest["conv_2"], newest["conv_1"], newest["conv_0"]];
        Assert.Equal(all, await Search(new RunQuery()));
        Assert.Equal(all.Take(3), await Search(new RunQuery { Limit = 2 }));
        Assert.Equal(all.Skip(2).Take(2), await Search(new RunQuery { Limit = 1, Cursor = "conv_3" }));
        Assert.Empty(await Search(new RunQuery { Cursor = "conv_0" }));
        Assert.Empty(await Store.SearchRunsAsync("nobody", new RunQuery { ByConversation = true }, None));

        async Task<IEnumerable<RunEntry>> Search(RunQuery query) =>
            (await Store.SearchRunsAsync(tenant, query with { ByConversation = true }, None)).DistinctBy(static run => run.Conversation).Take(query.Limit + 1);
    }

    [Fact]
    public async Task SearchRuns_Forks_AreFoundByTheirOriginOpenAndEnded()
    {
        var tenant = Some.Ids.New("t_");
        var origin = Some.Run(tenant, "conv_o", 1);
        var fork = Some.Run(tenant, "conv_f", 1) with { ForkedFrom = origin.RunId };
        await Store.CommitAsync(
            [Some.Append(Some.Stream(), 0) with { Runs = [.. new[] { origin, fork }.Select(static run => new RunChange(RunChangeKind.Open, run))] }], None);
        Assert.Equal([fork], await Search(origin.RunId));
        Assert.Empty(await Search(fork.RunId));

        var ended = fork with { Status = RunStatus.Completed, EndedAt = 2, EndedPosition = 2, Waker = null };
        await Store.CommitAsync([Some.Append(Some.Stream(), 0) with { Runs = [new(RunChangeKind.End, ended)] }], None);
        Assert.Equal([ended], await Search(origin.RunId));
        Assert.Equal(ended, await Store.FindRunAsync(tenant, ended.RunId, None));

        Task<IReadOnlyList<RunEntry>> Search(string run) => Store.SearchRunsAsync(tenant, new RunQuery { ForkedFrom = run }, None);
    }

    private protected static async Task<string?> KeysAsync(IJournalReader reader, string stream) =>
        await reader.ReadKeysAsync(stream, None) is { } keys ? Encoding.UTF8.GetString(keys) : null;

    private protected static JournalAppend WithKeys(string stream, long expected, string keys, KeyErasure erasure = KeyErasure.None) =>
        Some.Append(stream, expected) with { Keys = new KeyChange(Encoding.UTF8.GetBytes(keys), erasure) };
}
