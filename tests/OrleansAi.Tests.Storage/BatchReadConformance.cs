using System.Text;
using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;
using Xunit;

namespace OrleansAi.Tests.Storage;

/// <summary>What every store must do when it is asked about many streams at once.</summary>
public abstract class BatchReadConformance : JournalStoreConformance
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task ReadBatch_OfManyStreams_GivesWhatIsThereOnceAndInOrder()
    {
        var (one, two) = (Some.Stream(), Some.Stream());
        Content[] contents = [Some.Content("a"), Some.Content("b")];
        await Store.CommitAsync(
            [
                Some.Append(one, 0, Some.Record("{}", RecordKind.RunAdmitted), Some.Record("{}", RecordKind.RunEnded), Some.Record("{}", RecordKind.RunEnded))
                    with { Contents = [contents[0]] },
                WithKeys(two, 0, "keys of two") with { Contents = contents },
            ],
            None);

        var answer = await Store.ReadBatchAsync(
            new BatchRead
            {
                Spans = [new(one, 2, 9), new(two, 1, 1), new(one, 1, 2), new(Some.Stream(), 1, 5), new(two, 3, 2)],
                KeysOf = [two, one, two],
                Contents = [new(one, contents[0].Hash), new(one, contents[1].Hash), new(two, contents[1].Hash), new(two, contents[1].Hash)],
            },
            None);

        Assert.Equal(new[] { one, two }.Order(StringComparer.Ordinal), answer.Records.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([1L, 2L, 3L], answer.Records[one].Select(static record => record.Position));
        var alone = await Store.ReadForwardAsync(one, 0, 10, [], None);
        Assert.Equal(alone.Select(static record => record with { Body = default }), answer.Records[one].Select(static record => record with { Body = default }));
        Assert.Equal("keys of two", Encoding.UTF8.GetString(Assert.Single(answer.Keys).Value));
        Assert.Equal(
            new[] { new OwnedHash(one, contents[0].Hash), new OwnedHash(two, contents[1].Hash) }.ToHashSet(), answer.Contents.Keys.ToHashSet());
        Assert.Equal("b", Encoding.UTF8.GetString(answer.Contents[new OwnedHash(two, contents[1].Hash)].Span));
    }

    [Fact]
    public async Task ReadBatch_OfKinds_LeavesOutTheOthers()
    {
        var stream = Some.Stream();
        await Store.CommitAsync(
            [Some.Append(stream, 0, Some.Record("{}", RecordKind.RunAdmitted), Some.Record("{}", RecordKind.RunStepped), Some.Record("{}", RecordKind.RunEnded))], None);

        var answer = await Store.ReadBatchAsync(
            new BatchRead { Spans = [new(stream, 1, 3)], Kinds = [RecordKind.RunAdmitted, RecordKind.RunEnded] }, None);

        Assert.Equal([1L, 3L], answer.Records[stream].Select(static record => record.Position));
        Assert.Empty((await Store.ReadBatchAsync(new BatchRead(), None)).Records);
    }

    [Fact]
    public async Task FindRuns_OpenAndEnded_LeavesOutWhatIsNotTheTenants()
    {
        var tenant = Some.Ids.New("tenant_");
        var (open, ends, others) = (Some.Run(tenant, "conv_a", 1), Some.Run(tenant, "conv_b", 1), Some.Run("another", "conv_c", 1));
        var ended = ends with { Status = RunStatus.Completed, EndedAt = 2, EndedPosition = 2, Waker = null };
        await Store.CommitAsync(
            [Some.Append(Some.Stream(), 0) with { Runs = [new(RunChangeKind.Open, open), new(RunChangeKind.Open, ends), new(RunChangeKind.Open, others)] }], None);
        await Store.CommitAsync([Some.Append(Some.Stream(), 0) with { Runs = [new(RunChangeKind.End, ended)] }], None);

        var found = await Store.FindRunsAsync(tenant, [open.RunId, ends.RunId, others.RunId, "short", $"chatcmpl-{open.RunId[5..]}"], None);

        Assert.Equal(new[] { open, ended }.ToHashSet(), found.ToHashSet());
        Assert.Empty(await Store.FindRunsAsync(tenant, [], None));
    }
}
