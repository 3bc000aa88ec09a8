using OrleansAi.Collections;
using OrleansAi.Collections.Ingestion;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.Unit.Collections;

public sealed class ReindexTests
{
    private const int Batch = 4;
    private static readonly NewCollection Small = new() { Chunking = new CollectionChunking(100, 0) };
    private static readonly CollectionUpdate ToOther = new() { EmbeddingRoute = "other" };
    private static readonly IngestionOptions Never = new() { EmbeddingBatch = Batch, RetryAfterSeconds = 300 };

    [Fact]
    public Task Update_OtherModel_OldOneAnswersUntilAllDocumentsAreThere() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own(options: new IngestionOptions { EmbeddingBatch = Batch, RetryAfterSeconds = 0.01, MaxAttempts = 1_000 });
        var files = await FillAsync(estate, owner);
        var before = await owner.SearchAsync("orchard trees");
        var refuses = true;
        estate.Model.OtherTrouble = texts => refuses && texts.Any(static text => text.Contains("orchard 2", StringComparison.Ordinal))
            ? new OrleansAiException(ErrorCodes.VendorUnavailable, "The vendor refuses work.")
            : null;
        await owner.Collection.UpdateAsync(ToOther);
        owner.Queue.Start();
        var halfway = await Eventually.GetAsync(owner.Collection.GetAsync, static view => view.Reindex is { Completed: > 0 }, "some documents are in the new index");
        var during = await owner.SearchAsync("orchard trees");
        var added = await owner.AddAsync(estate.AddFile("added.md", "The added text is about an orchard, too."));
        refuses = false;
        var after = await DoneAsync(owner);
        var found = await owner.SearchAsync("orchard trees");
        var old = await owner.SearchAsync("orchard trees", search => search with { AtVersion = before.Version });

        Assert.Equal(("test/ngram", 64, "test/ngram-other", 96), (halfway.EmbeddingModel, halfway.Dimensions, halfway.Reindex!.EmbeddingModel, halfway.Reindex.Dimensions));
        Assert.Equal(files.Count, halfway.Reindex.Total);
        Assert.Equal(before.Passages.Select(static passage => passage.DocumentId), during.Passages.Select(static passage => passage.DocumentId));
        Assert.Equal(("test/ngram-other", 96), (after.EmbeddingModel, after.Dimensions));
        Assert.Equal([.. files.Append(added.Id).Order(StringComparer.Ordinal)], found.Passages.Select(static passage => passage.DocumentId).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(before.Passages.Select(static passage => (passage.DocumentId, passage.Score)), old.Passages.Select(static passage => (passage.DocumentId, passage.Score)));
    });

    [Theory]
    [InlineData(IngestionStage.Embedded)]
    [InlineData(IngestionStage.EmbeddingsStored)]
    [InlineData(IngestionStage.Indexed)]
    [InlineData(IngestionStage.Published)]
    [InlineData(IngestionStage.Switched)]
    public Task Owner_LostWhileReindexing_TheNextOneEndsWithTheSameCollection(string stage) => Turns.RunAsync(async () =>
    {
        var whole = new CollectionEstate();
        using var never = whole.Own();
        await FillAsync(whole, never);
        await never.Collection.UpdateAsync(ToOther);
        never.Queue.Start();
        await DoneAsync(never);
        var expected = await never.SearchAsync("orchard trees");

        var estate = new CollectionEstate();
        using (var first = estate.Own())
        {
            await FillAsync(estate, first);
        }

        var reached = new TaskCompletionSource();
        using var lost = estate.Own(point =>
        {
            if (point == stage)
            {
                reached.TrySetResult();
                throw new OperationCanceledException();
            }
        }, Never);
        await lost.Collection.UpdateAsync(ToOther);
        lost.Queue.Start();
        await reached.Task;
        await lost.Queue.StopAsync();
        using var next = estate.Own();
        next.Queue.Start();
        await DoneAsync(next);
        var answer = await next.SearchAsync("orchard trees");

        Assert.Equal(Seen(expected), Seen(answer));
        var twice = estate.Model.OtherTexts.Count(static text => text.Key.Contains("orchard ", StringComparison.Ordinal) && text.Value > 1);
        Assert.True(twice <= (stage == IngestionStage.Embedded ? Batch : 0), $"{twice} texts were embedded twice.");
    });

    [Fact]
    public Task Reindex_DocumentThatCannotBeEmbedded_IsGivenUpAndTheOldIndexAnswers() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own();
        var files = await FillAsync(estate, owner);
        estate.Model.OtherTrouble = static texts => texts.Any(static text => text.Contains("orchard 2", StringComparison.Ordinal))
            ? new OrleansAiException(ErrorCodes.InvalidRequest, "The vendor refuses the text.")
            : null;
        await owner.Collection.UpdateAsync(ToOther);
        owner.Queue.Start();
        var view = await DoneAsync(owner);
        var found = await owner.SearchAsync("orchard trees");

        Assert.Equal("test/ngram", view.EmbeddingModel);
        Assert.Equal(files.Order(StringComparer.Ordinal), found.Passages.Select(static passage => passage.DocumentId).Distinct().Order(StringComparer.Ordinal));
        Assert.Null(owner.Ledger.State.Ingestion);
    });

    [Fact]
    public Task Reindex_DocumentReplacedMeanwhile_NewFormIsInTheNewIndex() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own();
        var files = await FillAsync(estate, owner);
        await owner.Collection.UpdateAsync(ToOther);
        await owner.Collection.RemoveAsync(files[0]);
        await owner.Collection.AddAsync(null, [new NewDocument { FileId = files[1] }]);
        owner.Queue.Start();
        await DoneAsync(owner);
        var found = await owner.SearchAsync("orchard trees");

        Assert.Equal(files.Skip(1).Order(StringComparer.Ordinal), found.Passages.Select(static passage => passage.DocumentId).Distinct().Order(StringComparer.Ordinal));
        Assert.Single(owner.Ledger.State.Segments.Where(static entry => entry.Until is null).Select(static entry => entry.Segment.Generation).Distinct());
    });

    private static async Task<IReadOnlyList<string>> FillAsync(CollectionEstate estate, CollectionEstate.Owner owner)
    {
        await owner.Collection.CreateAsync(Small);
        var files = Enumerable.Range(0, 6).Select(i => estate.AddFile($"{i}.md", $"The text of orchard {i} is about its {i * 7} trees.")).ToArray();
        await owner.Collection.AddAsync(null, [.. files.Select(static file => new NewDocument { FileId = file })]);
        owner.Queue.Start();
        await Eventually.TrueAsync(() => !owner.Queue.IsRunning, "the documents are ingested");
        return files;
    }

    private static Task<CollectionView> DoneAsync(CollectionEstate.Owner owner) => Eventually.GetAsync(
        owner.Collection.GetAsync, view => view.Reindex is null && !owner.Queue.IsRunning, "the new index is ready");

    // Which of those that are equally good comes first depends on their ids.
    private static IEnumerable<(string Name, string Text)> Seen(CollectionAnswer answer) =>
        answer.Passages.Select(static passage => (passage.Name, passage.Text)).Order();
}
