using OrleansAi.Collections.Ingestion;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Versions.Changes;
using Xunit;

namespace OrleansAi.Tests.Unit.Collections;

/// <summary>An index knows whose model made its vectors, and takes those of no other.</summary>
public sealed class EmbeddingIdentityTests
{
    private static readonly IngestionOptions Options = new() { EmbeddingBatch = 4, RetryAfterSeconds = 0 };

    [Fact]
    public Task Search_OtherVendorWithTheSameModelName_IsRefused() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = await FilledAsync(estate);
        var before = await owner.SearchAsync("orchard");
        estate.Model.Vendor = "second";

        var exception = await Assert.ThrowsAsync<OrleansAiException>(() => owner.SearchAsync("orchard"));
        var lexical = await owner.SearchAsync("orchard", static search => search with { VectorWeight = 0 });

        Assert.Equal(("test/ngram", ErrorCodes.EmbeddingModelMismatch), ((await owner.Collection.GetAsync()).EmbeddingModel, exception.Code));
        Assert.Contains("second/ngram", exception.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), (before.Passages.Count, lexical.Passages.Count));
    });

    [Fact]
    public Task Search_OtherVendorOfTheSameOrigin_IsAnswered() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = await FilledAsync(estate);
        (estate.Model.Vendor, estate.Model.Origin) = ("second", "test");

        Assert.Single((await owner.SearchAsync("orchard")).Passages);
    });

    [Fact]
    public Task Ingest_OtherVendorWithTheSameModelName_FailsForThatDocument() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = await FilledAsync(estate);
        estate.Model.Vendor = "second";

        var document = await owner.AddAsync(estate.AddFile("b.md", "A text about a garden."));

        Assert.Equal((CollectionDocumentStatus.Failed, ErrorCodes.EmbeddingModelMismatch), (document.Status, document.FailureCode));
    });

    [Fact]
    public Task Search_IndexOfAnOlderBuild_TakesItsModelUntilItIsNamedAgain() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own(options: Options);
        await owner.Collection.CreateAsync(new NewCollection());
        await owner.Ledger.AppendAsync(static state =>
        [
            new ReindexBegun { Generation = state.Active! with { Number = 2, NamesVendor = false, Model = state.Active.Model with { Name = "ngram" } } },
            new IndexSwitched(),
        ]);
        await owner.AddAsync(estate.AddFile("a.md", "A text about an orchard."));
        var old = await owner.SearchAsync("orchard");
        var head = await owner.Collection.ConfirmAsync(null, null);
        var updated = await owner.Collection.UpdateAsync(new CollectionUpdate { EmbeddingRoute = "other" });

        Assert.Equal((1, "ngram", false), (old.Passages.Count, head.EmbeddingModel, head.NamesVendor));
        Assert.Equal("test/ngram-other", updated.Reindex!.EmbeddingModel);
    });

    private static async Task<CollectionEstate.Owner> FilledAsync(CollectionEstate estate)
    {
        var owner = estate.Own(options: Options);
        await owner.Collection.CreateAsync(new NewCollection());
        await owner.AddAsync(estate.AddFile("a.md", "A text about an orchard."));
        return owner;
    }
}
