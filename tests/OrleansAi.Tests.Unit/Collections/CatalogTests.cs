using OrleansAi.Collections.Catalog;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Tests.Unit.Access;
using Xunit;

namespace OrleansAi.Tests.Unit.Collections;

public sealed class CatalogTests
{
    private readonly MemoryJournal _journal = new();
    private readonly IdSource _ids = new(TimeProvider.System);

    [Fact]
    public async Task List_SomeWereNeverMade_PagesAreFullWithoutThem()
    {
        var catalog = Catalog();
        var all = Enumerable.Range(0, 20).Select(static i => $"vs_{i:00}").ToArray();
        foreach (var id in all)
        {
            await catalog.EnterAsync(id);
            await catalog.EnterAsync(id);
        }

        await catalog.RemoveAsync("vs_19");
        var made = all.Where(static (_, i) => i % 3 == 0).ToArray();
        var first = await Catalog().ListAsync(new CollectionQuery { Limit = 4, Ascending = true }, Find);
        var rest = await Catalog().ListAsync(new CollectionQuery { Limit = 4, Ascending = true, After = "vs_09" }, Find);
        var before = await Catalog().ListAsync(new CollectionQuery { Limit = 2, Ascending = true, Before = "vs_12" }, Find);
        var newest = await Catalog().ListAsync(new CollectionQuery { Limit = 50 }, Find);

        Assert.Equal(made[..4], IdsOf(first));
        Assert.Equal(made[4..], IdsOf(rest));
        Assert.Equal(made[2..4], IdsOf(before));
        Assert.Equal((true, false, true), (first.HasMore, rest.HasMore, before.HasMore));
        Assert.Equal(made.Reverse(), IdsOf(newest));

        Task<CollectionView?> Find(string id) => Task.FromResult(made.Contains(id) ? View(id) : null);
    }

    [Fact]
    public async Task Enter_AnotherOwnerWroteMeanwhile_IsRefusedOnceAndThenRight()
    {
        var (first, second) = (Catalog(), Catalog());
        await first.EnterAsync("vs_a");
        await second.EnterAsync("vs_b");

        var error = await Assert.ThrowsAsync<OrleansAiException>(() => first.EnterAsync("vs_c"));
        await first.EnterAsync("vs_c");

        Assert.True(error.IsTransient);
        var page = await first.ListAsync(new CollectionQuery { Limit = 10, Ascending = true }, static id => Task.FromResult<CollectionView?>(View(id)));
        Assert.Equal(["vs_a", "vs_b", "vs_c"], page.Collections.Select(static one => one.Id));
    }

    [Fact]
    public async Task Load_AfterSnapshots_GivesTheSame()
    {
        var catalog = Catalog();
        for (var i = 0; i < 1_100; i++)
        {
            await catalog.EnterAsync($"vs_{i % 40:00}");
            await catalog.RemoveAsync($"vs_{(i + 7) % 40:00}");
        }

        var expected = await IdsAsync(catalog);

        Assert.NotEmpty(expected);
        Assert.Equal(expected, await IdsAsync(Catalog()));
        Assert.Contains(_journal.All, static record => record.Kind == Journal.RecordKind.CollectionCatalogSnapshot);
    }

    private static IEnumerable<string> IdsOf(CollectionPage page) => page.Collections.Select(static one => one.Id);

    private static async Task<IReadOnlyList<string>> IdsAsync(CollectionCatalog catalog) =>
        [.. IdsOf(await catalog.ListAsync(new CollectionQuery { Limit = 100 }, static id => Task.FromResult<CollectionView?>(View(id))))];

    private static CollectionView View(string id) => new()
    {
        Id = id,
        Name = "",
        Metadata = new Dictionary<string, string>(),
        CreatedAt = 0,
        LastActiveAt = 0,
        Version = 1,
        OldestVersion = 1,
        Bytes = 0,
        Documents = default,
        EmbeddingModel = "",
        Dimensions = 1,
    };

    private CollectionCatalog Catalog() => new(_journal, _ids, TimeProvider.System, "tenant");
}
