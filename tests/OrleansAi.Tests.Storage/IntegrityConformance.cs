using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;
using Xunit;

namespace OrleansAi.Tests.Storage;

/// <summary>What every store must do so that its journal can be looked over.</summary>
public abstract class IntegrityConformance : JournalConformance
{
    private static readonly CancellationToken None = CancellationToken.None;

    private IIntegritySource Source => Host.Services.GetRequiredService<IIntegritySource>();

    /// <summary>Changes the tables behind the store's back.</summary>
    private protected abstract Task ExecuteAsync(string sql);

    [Fact]
    public async Task Commit_SeveralRecordsAndAppendsOfOneStreamInABatch_AreOneChain()
    {
        var (stream, other) = (Some.Stream(), Some.Stream());
        Assert.Null(await Store.CommitAsync(
            [
                Some.Append(stream, 0, Some.Record("{\"a\":1}"), Some.Record("{\"a\":2}")), Some.Append(other, 0),
                WithKeys(stream, 2, "first"), WithKeys(stream, 3, "second"),
            ],
            None));
        Assert.Null(await Store.CommitAsync([Some.Append(stream, 4, Some.Record(kind: RecordKind.RunAdmitted))], None));

        await AssertChainAsync(stream, 5);
        await AssertChainAsync(other, 1);
        await using var view = await Source.OpenAsync(None);
        var facts = await view.ReadFactsAsync(stream, None);
        Assert.Equal(4, facts.Head);
        Assert.Equal(SHA256.HashData("second"u8), facts.Keys);
        Assert.Equal("second", await KeysAsync(Store, stream));
    }

    [Fact]
    public async Task Commit_SecondAppendOfABatchConflicts_WritesNothingOfTheBatch()
    {
        var stream = Some.Stream();

        Assert.NotNull(await Store.CommitAsync([Some.Append(stream, 0), Some.Append(stream, 2)], None));

        Assert.Empty(await Store.ReadForwardAsync(stream, 0, 10, [], None));
        await using var view = await Source.OpenAsync(None);
        Assert.Null((await view.ReadFactsAsync(stream, None)).Head);
    }

    [Fact]
    public async Task Commit_ContentsKeysAndListing_AreWitnessedByTheRecord()
    {
        var stream = Some.Stream();
        var run = Some.Run("local", stream[6..], 1) with { EndedAt = 2, EndedPosition = 1 };
        run = run with { Listing = run.RunId };
        var content = Some.Content("a content");
        await Store.CommitAsync(
            [WithKeys(stream, 0, "keys") with { Contents = [content, content], Runs = [new(RunChangeKind.End, run)] }], None);
        await Store.CommitAsync([Some.Append(stream, 1) with { Runs = [new(RunChangeKind.Unlist, run)] }], None);

        await using var view = await Source.OpenAsync(None);
        var records = await view.ReadRecordsAsync(stream, 0, 10, None);
        var (first, second) = (Witness.Read(records[0].Witness.Span), Witness.Read(records[1].Witness.Span));

        Assert.Equal(content.Hash, Assert.Single(first.Contents));
        Assert.Equal(ContentHash.Of("keys"u8), first.Keys);
        Assert.Equal(run.RunId, Assert.Single(first.Listed).Value);
        Assert.Equal([run.RunId], second.Unlisted);
        Assert.Null(second.Keys);
        Assert.Equal(content.Hash, Assert.Single(await view.FindContentsAsync(stream, [content.Hash, ContentHash.Of("none"u8)], None)));
        var stored = Assert.Single(await view.ReadContentsAsync(stream, null, 10, None));
        Assert.Equal(stored.Hash, stored.Actual);
        Assert.Empty(await view.ReadContentsAsync(stream, stored.Hash, 10, None));
    }

    [Fact]
    public async Task Commit_Release_IsWitnessedByTheRecord()
    {
        var stream = Some.Stream();
        var (gone, kept) = (Some.Content("gone"), Some.Content("kept"));
        await Store.CommitAsync([Some.Append(stream, 0) with { Contents = [gone, kept] }], None);
        await Store.CommitAsync([Some.Append(stream, 1) with { Release = ContentRelease.Of([gone.Hash]) }], None);
        await Store.CommitAsync([Some.Append(stream, 2) with { Release = ContentRelease.All }], None);

        await using var view = await Source.OpenAsync(None);
        var records = await view.ReadRecordsAsync(stream, 0, 10, None);
        var (some, all) = (Witness.Read(records[1].Witness.Span), Witness.Read(records[2].Witness.Span));

        Assert.Equal([gone.Hash], some.Released);
        Assert.False(some.IsAllReleased);
        Assert.Empty(all.Released);
        Assert.True(all.IsAllReleased);
        Assert.Empty(await view.ReadContentsAsync(stream, null, 10, None));
    }

    [Fact]
    public async Task Commit_BehindARecordWithoutAHash_BeginsTheChain()
    {
        var stream = Some.Stream();
        await Store.CommitAsync([Some.Append(stream, 0, Some.Record(), Some.Record())], None);
        await ExecuteAsync($"update journal_records set hash = null, witness = null where stream = '{stream}'");

        Assert.Null(await Store.CommitAsync([Some.Append(stream, 2)], None));

        await using var view = await Source.OpenAsync(None);
        var records = await view.ReadRecordsAsync(stream, 0, 10, None);
        Assert.Equal([true, true, false], records.Select(static record => record.Hash is null));
        Assert.Equal(RecordChain.Link([], Digest(stream, records[2])), records[2].Hash);
    }

    [Fact]
    public async Task View_WhileOthersWrite_StaysAtItsMoment()
    {
        var stream = Some.Stream();
        await Store.CommitAsync([Some.Append(stream, 0)], None);
        await using var view = await Source.OpenAsync(None);
        Assert.Single(await view.ReadRecordsAsync(stream, 0, 10, None));

        Assert.Null(await Store.CommitAsync([Some.Append(stream, 1)], None));

        Assert.Single(await view.ReadRecordsAsync(stream, 0, 10, None));
        Assert.Equal(1, (await view.ReadFactsAsync(stream, None)).Head);
    }

    [Fact]
    public async Task NextStream_Walk_GivesEveryStreamOnceInOrder()
    {
        await using var fresh = await CreateHostAsync();
        await fresh.Store.InitializeAsync(None);
        var streams = Enumerable.Range(0, 20).Select(static i => $"tenant{i % 3}/{Some.Ids.New("conv_")}").ToArray();
        await fresh.Store.CommitAsync([.. streams.Select(static stream => Some.Append(stream, 0))], None);

        await using var view = await fresh.Services.GetRequiredService<IIntegritySource>().OpenAsync(None);
        var seen = new List<string>();
        for (var next = await view.NextStreamAsync("", None); next is not null; next = await view.NextStreamAsync(next, None))
        {
            seen.Add(next);
        }

        Assert.Equal(streams.Order(StringComparer.Ordinal), seen);
    }

    private async Task AssertChainAsync(string stream, int count)
    {
        await using var view = await Source.OpenAsync(None);
        var records = await view.ReadRecordsAsync(stream, 0, count + 1, None);
        Assert.Equal(count, records.Count);
        byte[] before = [];
        foreach (var record in records)
        {
            before = RecordChain.Link(before, Digest(stream, record));
            Assert.Equal(before, record.Hash);
        }
    }

    private static byte[] Digest(string stream, StoredRecord record) => RecordChain.Digest(
        stream, record.Position, record.RecordId, (RecordKind)record.Kind, record.At, record.Witness.Span, record.Body.Span);
}
