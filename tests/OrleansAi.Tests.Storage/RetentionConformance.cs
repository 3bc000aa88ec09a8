using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;
using Xunit;

namespace OrleansAi.Tests.Storage;

/// <summary>What every store must do so that content of runs can be let go, and runs be pinned.</summary>
public abstract class RetentionConformance : IntegrityConformance
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Commit_ReleaseOfARun_TakesContentKeysAndLineInOneTransactionOrNothing()
    {
        var run = await EndedAsync("retained-a");
        Content[] contents = [Some.Content("the run's own"), Some.Content("shared with another")];
        await Store.CommitAsync([Some.Append(run.Stream, 2) with { Contents = contents }], None);
        var release = Some.Append(run.Stream, 3) with
        {
            Release = ContentRelease.Of([contents[0].Hash]),
            Keys = new KeyChange("rest"u8.ToArray(), KeyErasure.Soon),
            Runs = [new RunChange(RunChangeKind.Release, run with { ReleasedAt = 77 })],
        };

        Assert.NotNull(await Store.CommitAsync([release with { ExpectedPosition = 2 }], None));
        Assert.Null((await Store.FindRunAsync(run.Tenant, run.RunId, None))!.ReleasedAt);
        Assert.Equal(2, (await ContentsAsync(run, contents)).Count);
        Assert.Null(await Store.ReadKeysAsync(run.Stream, None));

        Assert.Null(await Store.CommitAsync([release], None));
        Assert.Equal(77, (await Store.FindRunAsync(run.Tenant, run.RunId, None))!.ReleasedAt);
        Assert.Equal([contents[1].Hash], await ContentsAsync(run, contents));
        Assert.Equal("rest"u8.ToArray(), await Store.ReadKeysAsync(run.Stream, None));

        // Once more, as after a crash: nothing is there to be taken, and nothing else goes.
        Assert.Null(await Store.CommitAsync([release with { ExpectedPosition = 4 }], None));
        Assert.Equal([contents[1].Hash], await ContentsAsync(run, contents));
    }

    [Fact]
    public async Task Commit_PinsAndReleases_AreInTheIndexAndInItsSearches()
    {
        var runs = new List<RunEntry>();
        for (var i = 0; i < 4; i++)
        {
            runs.Add(await EndedAsync("retained-b"));
        }

        // Those of one millisecond are in no order.
        runs.Sort(static (a, b) => string.CompareOrdinal(a.RunId, b.RunId));

        await ChangeAsync(RunChangeKind.Pin, runs[0] with { Pinned = true });
        await ChangeAsync(RunChangeKind.Pin, runs[1] with { Pinned = true }, runs[1] with { Pinned = false });
        await ChangeAsync(RunChangeKind.Pin, runs[2] with { Pinned = false }, runs[2] with { Pinned = true });
        await ChangeAsync(RunChangeKind.Release, runs[3] with { ReleasedAt = 5 });

        var query = new RunQuery { Ascending = true };
        var all = await Store.SearchRunsAsync("retained-b", query, None);
        Assert.Equal<bool?>([true, false, true, null], all.Select(static run => run.Pinned));
        Assert.Equal<long?>([null, null, null, 5], all.Select(static run => run.ReleasedAt));
        Assert.Equal([runs[0].RunId, runs[2].RunId], await IdsAsync(query with { Pinned = true }));
        Assert.Equal([runs[1].RunId, runs[3].RunId], await IdsAsync(query with { Pinned = false }));
        Assert.Equal([runs[1].RunId], await IdsAsync(query with { Unpinned = true }));
        Assert.Empty(await IdsAsync(query with { Pinned = true, Status = RunStatus.InProgress }));

        await ChangeAsync(RunChangeKind.Release, runs[1] with { ReleasedAt = 6 });
        Assert.Empty(await IdsAsync(query with { Unpinned = true }));
        Assert.Null((await Store.FindRunAsync("retained-b", runs[1].RunId, None))!.Pinned);

        async Task<IEnumerable<string>> IdsAsync(RunQuery asked) =>
            (await Store.SearchRunsAsync("retained-b", asked, None)).Select(static run => run.RunId);
    }

    [Fact]
    public async Task Measure_SomeHashes_CountsThoseThatAreThere()
    {
        var stream = Some.Stream();
        Content[] contents = [Some.Content("four"), Some.Content("eleven byte")];
        await Store.CommitAsync([Some.Append(stream, 0) with { Contents = contents }], None);
        await using var view = await Host.Services.GetRequiredService<IIntegritySource>().OpenAsync(None);

        Assert.Equal(15, await view.MeasureContentsAsync(stream, [contents[0].Hash, contents[1].Hash, Some.Content("none").Hash], None));
        Assert.Equal(0, await view.MeasureContentsAsync(Some.Stream(), [contents[0].Hash], None));
    }

    private async Task ChangeAsync(RunChangeKind kind, params RunEntry[] changes)
    {
        var head = (await Store.ReadBackwardAsync(changes[0].Stream, long.MaxValue, 1, [], None))[0].Position;
        var appends = changes.Select((change, index) => Some.Append(change.Stream, head + index) with { Runs = [new RunChange(kind, change)] }).ToArray();
        Assert.Null(await Store.CommitAsync(appends, None));
    }

    private async Task<RunEntry> EndedAsync(string tenant)
    {
        var run = Some.Run(tenant, Some.Ids.New("conv_"), 1);
        var ended = run with { Status = RunStatus.Completed, EndedAt = 2, EndedPosition = 2, Waker = null };
        Assert.Null(await Store.CommitAsync([Some.Append(run.Stream, 0) with { Runs = [new RunChange(RunChangeKind.Open, run)] }], None));
        Assert.Null(await Store.CommitAsync([Some.Append(run.Stream, 1) with { Runs = [new RunChange(RunChangeKind.End, ended)] }], None));
        return ended;
    }

    private async Task<IReadOnlyCollection<ContentHash>> ContentsAsync(RunEntry run, Content[] contents) =>
        [.. (await Store.ReadContentsAsync(run.Stream, [.. contents.Select(static content => content.Hash)], None)).Keys];
}
