using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Versions;
using Xunit;

namespace OrleansAi.Tests.Unit.Collections;

public sealed class ShardTests
{
    [Fact]
    public Task Search_SeveralShards_AnswersAsOneShardDoes() => Turns.RunAsync(async () =>
    {
        var (one, several) = (new CollectionEstate(), new CollectionEstate { Limits = new CollectionLimits { ChunksPerShard = 3 } });
        using var whole = await FillAsync(one);
        using var split = await FillAsync(several);

        var expected = await whole.SearchAsync("cargo of oranges");
        var answer = await split.SearchAsync("cargo of oranges");

        Assert.True(split.Ledger.State.ShardsAt(split.Ledger.State.Version).Count > 2);
        Assert.Equal(12, answer.Passages.Count);
        Assert.Empty(answer.Missing);
        Assert.Equal(
            expected.Passages.Select(static passage => (passage.Text, passage.Score)).Order(),
            answer.Passages.Select(static passage => (passage.Text, passage.Score)).Order());
    });

    [Fact]
    public Task Search_ShardThatIsSilent_IsNamedAtTheDeadline() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate { Limits = new CollectionLimits { ChunksPerShard = 3 } };
        using var owner = await FillAsync(estate);
        owner.Silent.Add(1);

        var answer = await owner.SearchAsync(
            "cargo of oranges", static search => search with { Deadline = TimeProvider.System.GetUtcNow().AddSeconds(2).ToUnixTimeMilliseconds() });

        Assert.Equal("shard 1: no answer in time", Assert.Single(answer.Missing));
        Assert.Equal(9, answer.Passages.Count);
    });

    [Theory]
    [InlineData(0, null, ErrorCodes.VersionNotReached)]
    [InlineData(5, 3L, ErrorCodes.InvalidRequest)]
    public Task Search_ImpossibleVersion_IsRefused(int ahead, long? at, string code) => Turns.RunAsync(async () =>
    {
        using var owner = await FillAsync(new CollectionEstate());
        var least = at is null ? owner.Ledger.State.Version + 1 : ahead;

        var error = await Assert.ThrowsAsync<OrleansAiException>(
            () => owner.SearchAsync("cargo", search => search with { MinVersion = least, AtVersion = at }));

        Assert.Equal(code, error.Code);
    });

    [Fact]
    public Task Search_EveryVersionInAnyOrder_HasWhatThatVersionHad() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = await FillAsync(estate);
        var newest = owner.Ledger.State.Version;

        foreach (var version in new[] { newest, 4, 2, 9, 3, newest, 1, 7, 5, newest - 1 })
        {
            var answer = await owner.SearchAsync("cargo of oranges", search => search with { AtVersion = version });
            Assert.Equal((version, owner.Ledger.State.ManifestAt(version).Documents.Count), (answer.Version, answer.Passages.Count));
        }
    });

    private static async Task<CollectionEstate.Owner> FillAsync(CollectionEstate estate)
    {
        var owner = estate.Own();
        await owner.Collection.CreateAsync(new NewCollection());
        for (var i = 0; i < 12; i++)
        {
            await owner.AddAsync(estate.AddFile($"{i}.md", $"The {i}. ship has a cargo of {(i % 3 == 0 ? "oranges" : "lemons")} and {i} sailors."));
        }

        return owner;
    }
}
