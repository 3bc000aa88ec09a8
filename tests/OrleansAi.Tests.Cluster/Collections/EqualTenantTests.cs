using System.Diagnostics;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Grains;
using Xunit;
using Value = OrleansAi.Contracts.Collections.CollectionAttribute;

namespace OrleansAi.Tests.Cluster.Collections;

/// <summary>Two tenants with a collection of the same id and name and with the same documents never meet (invariant 13).</summary>
[Xunit.Collection(Alone.Name)]
public sealed class EqualTenantTests(CollectionCluster cluster) : IClassFixture<CollectionCluster>
{
    private const string Shared = "vs_00000000000000000000000000";
    private const string Query = "Who keeps the lighthouse?";

    // Of medians: whoever could tell by the time taken what another tenant has would see far more than a factor of five.
    private const double MostTimes = 5;

    private static readonly string[] Texts =
        [.. Enumerable.Range(0, 12).Select(static i => $"The lighthouse number {i} is kept by keeper {i * 31}, whom the ships of the strait know well.")];

    private static readonly IdSource Ids = new(TimeProvider.System);

    [Fact]
    public async Task EqualCollections_OfTwoTenants_AnswerEachWithItsOwn()
    {
        var (one, two) = (await EstateAsync("first-a"), await EstateAsync("second-a"));

        var (first, second) = (await SearchAsync(one), await SearchAsync(two));
        Assert.Equal(one.Files.Order(StringComparer.Ordinal), first.Passages.Select(static passage => passage.DocumentId).Order(StringComparer.Ordinal));
        Assert.Equal(two.Files.Order(StringComparer.Ordinal), second.Passages.Select(static passage => passage.DocumentId).Order(StringComparer.Ordinal));
        Assert.Equal(first.Passages.Select(static passage => (passage.Text, passage.Score)), second.Passages.Select(static passage => (passage.Text, passage.Score)));

        // What one tenant does to its own changes neither contents nor versions of the other's, and no shard keeps what it found for one.
        var versions = second.Version;
        foreach (var file in one.Files)
        {
            await one.Documents.Client.Collections.RemoveAsync(Shared, file);
        }

        Assert.Empty((await SearchAsync(one)).Passages);
        var after = await SearchAsync(two);
        Assert.Equal((versions, Texts.Length), (after.Version, after.Passages.Count));
        await one.Documents.Client.Collections.DeleteAsync(Shared);
        Assert.Equal(Texts.Length, (await SearchAsync(two)).Passages.Count);
        Assert.Contains("lighthouse", string.Concat(await two.Documents.Client.Collections.ReadDocumentAsync(Shared, two.Files[0])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EqualDocuments_OfTwoTenants_AreEmbeddedForEach()
    {
        var texts = Texts.Select(static text => text.Replace("lighthouse", "windmill", StringComparison.Ordinal)).ToArray();
        await EstateAsync("first-b", texts);
        var once = cluster.Embeddings.With("windmill");
        await EstateAsync("second-b", texts);
        var twice = cluster.Embeddings.With("windmill");

        // A vector that was kept for one tenant would tell another one that somebody has that text.
        Assert.Equal(texts.Length, once.Count);
        Assert.All(once, static text => Assert.Equal(1, text.Value));
        Assert.All(twice, static text => Assert.Equal(2, text.Value));
    }

    [Fact]
    public async Task OtherTenantsDocument_AskedForInAnEqualCollection_IsAsUnknownAsOneThatNobodyHas()
    {
        var (one, two) = (await EstateAsync("first-c"), await EstateAsync("second-c"));
        var collections = two.Documents.Client.Collections;
        Func<string, Task>[] calls =
        [
            file => collections.GetDocumentAsync(Shared, file),
            file => collections.ReadDocumentAsync(Shared, file),
            file => collections.RemoveAsync(Shared, file),
            file => collections.SetAttributesAsync(Shared, file, new Dictionary<string, Value>()),
            file => collections.AddAsync(Shared, new NewDocument { FileId = file }),
        ];
        foreach (var call in calls)
        {
            var nobodys = Ids.New(IdPrefixes.File);
            var others = await Assert.ThrowsAsync<OrleansAiException>(() => call(one.Files[0]));
            var unknown = await Assert.ThrowsAsync<OrleansAiException>(() => call(nobodys));
            Assert.Equal(
                (unknown.Code, unknown.Message.Replace(nobodys, "<id>", StringComparison.Ordinal), unknown.Param),
                (others.Code, others.Message.Replace(one.Files[0], "<id>", StringComparison.Ordinal), others.Param));
        }

        var medians = await MediansAsync(() => RefusedAsync(calls[0], one.Files[0]), () => RefusedAsync(calls[0], Ids.New(IdPrefixes.File)));
        Assert.InRange(medians[0] / medians[1], 1 / MostTimes, MostTimes);
    }

    [Fact]
    public async Task Search_OfATenantWhoseEqualOneHasAskedTheSame_TakesAsLong()
    {
        var (one, two) = (await EstateAsync("first-d"), await EstateAsync("second-d"));
        await SearchAsync(two, "What else is there?");
        await SearchAsync(one);

        // Whatever was kept for the first tenant's question must not make the second one's faster, nor another question slower. They are asked in
        // turn, so that a machine that does something else is slow for all of them.
        var medians = await MediansAsync(() => SearchAsync(one), () => SearchAsync(two), () => SearchAsync(two, "Which ships know the keepers?"));
        var (warm, same, other) = (medians[0], medians[1], medians[2]);
        Assert.InRange(same / warm, 1 / MostTimes, MostTimes);
        Assert.InRange(same / other, 1 / MostTimes, MostTimes);
    }

    private static Task<CollectionAnswer> SearchAsync(Estate estate, string query = Query) =>
        estate.Documents.SearchAsync(Shared, query, static search => search with { MaxResults = 50 });

    private static async Task RefusedAsync(Func<string, Task> call, string file) => await Assert.ThrowsAsync<OrleansAiException>(() => call(file));

    private static async Task<double[]> MediansAsync(params Func<Task>[] calls)
    {
        var times = calls.Select(static _ => new List<double>()).ToList();
        for (var i = 0; i < 31; i++)
        {
            for (var call = 0; call < calls.Length; call++)
            {
                var started = Stopwatch.GetTimestamp();
                await calls[call]();
                times[call].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return [.. times.Select(static of => of.Order().ElementAt(of.Count / 2))];
    }

    private async Task<Estate> EstateAsync(string tenant, string[]? texts = null)
    {
        await cluster.Host.Grains.GetGrain<ICollectionGrain>($"{tenant}/{Shared}").Create(new NewCollection { Name = "equal" });
        var documents = new Documents(cluster.Host.Client.ForTenant(tenant));
        var files = new List<string>();
        foreach (var text in texts ?? Texts)
        {
            files.Add((await documents.AddAsync(Shared, "equal.md", text)).Id);
        }

        return new Estate(documents, files);
    }

    private sealed record Estate(Documents Documents, IReadOnlyList<string> Files);
}
