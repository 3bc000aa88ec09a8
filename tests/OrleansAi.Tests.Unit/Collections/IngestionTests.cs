using OrleansAi.Collections.Ingestion;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.Unit.Collections;

public sealed class IngestionTests
{
    private const int Batch = 4;
    private static readonly NewCollection Small = new() { Chunking = new CollectionChunking(100, 0) };
    private static readonly string Text = string.Join(
        "\n\n", Enumerable.Range(0, 90).Select(static i => $"Paragraph {i} is about an orchard and its {i * 7} trees, which nobody has counted twice."));

    [Theory]
    [InlineData(IngestionStage.Received)]
    [InlineData(IngestionStage.Extracted)]
    [InlineData(IngestionStage.Chunked)]
    [InlineData(IngestionStage.Embedded)]
    [InlineData(IngestionStage.EmbeddingsStored)]
    [InlineData(IngestionStage.Indexed)]
    [InlineData(IngestionStage.Published)]
    public Task Owner_LostAtAStage_TheNextOneEndsWithTheSameCollection(string stage) => Turns.RunAsync(async () =>
    {
        var whole = new CollectionEstate();
        using var never = whole.Own();
        await never.Collection.CreateAsync(Small);
        await never.AddAsync(whole.AddFile("orchard.md", Text));
        var expected = await never.SearchAsync("orchard trees");

        var estate = new CollectionEstate();
        var file = estate.AddFile("orchard.md", Text);
        var reached = new TaskCompletionSource();
        using var lost = estate.Own(point =>
        {
            // The owner is gone from here on: nothing of it happens any more.
            if (point == stage)
            {
                reached.TrySetResult();
                throw new OperationCanceledException();
            }
        }, new IngestionOptions { EmbeddingBatch = Batch, RetryAfterSeconds = 300 });
        await lost.Collection.CreateAsync(Small);
        await lost.Collection.AddAsync(null, [new NewDocument { FileId = file }]);
        lost.Queue.Start();
        await reached.Task;
        await lost.Queue.StopAsync();
        using var next = estate.Own();
        var document = await next.IngestAsync(file);
        var answer = await next.SearchAsync("orchard trees");

        Assert.Equal(CollectionDocumentStatus.Completed, document.Status);
        Assert.Equal(Seen(expected), Seen(answer));
        var twice = estate.Model.Texts.Count(static text => text.Key.Contains("Paragraph", StringComparison.Ordinal) && text.Value > 1);
        Assert.True(twice <= (stage == IngestionStage.Embedded ? Batch : 0), $"{twice} texts were embedded twice.");
        Assert.Equal(document.Chunks, estate.Model.Texts.Count(static text => text.Key.Contains("Paragraph", StringComparison.Ordinal)));
    });

    [Fact]
    public Task Ingest_TroubleThatPasses_IsTriedAgainWithoutHoldingOthersUp() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own(options: new IngestionOptions { DocumentsAtOnce = 1, RetryAfterSeconds = 0.01 });
        await owner.Collection.CreateAsync(Small);
        var down = true;
        estate.Model.Trouble = texts => down && texts.Any(static text => text.Contains("stubborn", StringComparison.Ordinal))
            ? new OrleansAiException(ErrorCodes.VendorUnavailable, "The vendor refuses work.")
            : null;
        var stubborn = estate.AddFile("stubborn.md", "A stubborn text.");
        await owner.Collection.AddAsync(null, [new NewDocument { FileId = stubborn }]);
        owner.Queue.Start();
        var good = await owner.AddAsync(estate.AddFile("good.md", "A good text."));
        var waiting = await owner.Collection.GetDocumentAsync(stubborn);
        down = false;
        var ended = await owner.IngestAsync(stubborn);

        Assert.Equal(CollectionDocumentStatus.Completed, good.Status);
        Assert.Equal(CollectionDocumentStatus.InProgress, waiting.Status);
        Assert.Equal(CollectionDocumentStatus.Completed, ended.Status);
    });

    [Fact]
    public Task Ingest_TroubleThatStays_SetsTheDocumentAsideAfterTheLastAttempt() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own(options: new IngestionOptions { MaxAttempts = 3, RetryAfterSeconds = 0 });
        await owner.Collection.CreateAsync(Small);
        estate.Model.Trouble = static _ => new OrleansAiException(ErrorCodes.VendorFailed, "Every attempt failed.");
        var calls = estate.Model.Calls;

        var document = await owner.AddAsync(estate.AddFile("a.md", "A text."));
        await Eventually.TrueAsync(() => !owner.Queue.IsRunning, "the queue ends");

        Assert.Equal((CollectionDocumentStatus.Failed, ErrorCodes.VendorFailed, "Every attempt failed."), (document.Status, document.FailureCode, document.FailureMessage));
        Assert.Equal(3, estate.Model.Calls - calls);
        Assert.Equal([RunChangeKind.Open, RunChangeKind.End], estate.Journal.Runs.Select(static run => run.Kind));
    });

    [Fact]
    public Task Ingest_DocumentAtWhichOwnersEnd_IsSetAsideAndNoOtherOneIsBlamed() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        var files = new[] { "bread", "poison", "butter", "honey" }.Select(word => estate.AddFile($"{word}.md", $"A text about {word}.")).ToArray();
        var reached = new SemaphoreSlim(0);
        estate.Model.Before = texts =>
        {
            if (!texts.Any(static text => text.Contains("poison", StringComparison.Ordinal)))
            {
                return Task.CompletedTask;
            }

            // Its process has ended: nothing of it happens any more.
            reached.Release();
            return new TaskCompletionSource().Task;
        };
        var first = estate.Own();
        await first.Collection.CreateAsync(Small);
        await first.Collection.AddAsync(null, [.. files.Select(static file => new NewDocument { FileId = file })]);
        first.Queue.Start();
        await reached.WaitAsync();
        var (lost, last) = (1, first);
        while (last.Collection is var collection && (await collection.GetDocumentAsync(files[1])).Status == CollectionDocumentStatus.InProgress)
        {
            last = estate.Own();
            last.Queue.Start();
            await Eventually.TrueAsync(() => reached.CurrentCount > 0 || !last.Queue.IsRunning, "an owner ends, or its work does");
            lost += await reached.WaitAsync(0) ? 1 : 0;
        }

        var poison = await last.Collection.GetDocumentAsync(files[1]);
        Assert.Equal((CollectionDocumentStatus.Failed, ErrorCodes.Internal), (poison.Status, poison.FailureCode));
        Assert.Contains("5 attempts", poison.FailureMessage, StringComparison.Ordinal);
        Assert.Equal(1 + IngestionQueue.MostLostOwners, lost);
        foreach (var other in files.Where(file => file != files[1]))
        {
            Assert.Equal(CollectionDocumentStatus.Completed, (await last.Collection.GetDocumentAsync(other)).Status);
        }

        // Asked for again, it is a new document, with attempts of its own.
        estate.Model.Before = null;
        Assert.Equal(CollectionDocumentStatus.Completed, (await last.AddAsync(files[1])).Status);
    });

    [Fact]
    public Task Ingest_ManySmallDocuments_AreMergedAndFoundAsBefore() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own();
        await owner.Collection.CreateAsync(Small);
        var files = Enumerable.Range(0, 20).Select(i => estate.AddFile($"{i}.md", $"The {i}. text is about lanterns.")).ToArray();
        await owner.Collection.AddAsync(null, [.. files.Select(static file => new NewDocument { FileId = file })]);
        owner.Queue.Start();
        await Eventually.TrueAsync(() => !owner.Queue.IsRunning, "the queue ends");

        var answer = await owner.SearchAsync("lanterns");
        var segments = owner.Ledger.State.ManifestAt(owner.Ledger.State.Version).Segments;
        await owner.Collection.RemoveAsync(files[3]);
        var after = await owner.SearchAsync("lanterns");

        Assert.Equal(files.Order(StringComparer.Ordinal), answer.Passages.Select(static passage => passage.DocumentId).Order(StringComparer.Ordinal));
        Assert.InRange(segments.Count, 1, 8);
        Assert.Equal(19, after.Passages.Count);
        Assert.DoesNotContain(after.Passages, passage => passage.DocumentId == files[3]);
    });

    [Fact]
    public Task Ingest_LongTextAndManyUnits_PassagesAreTheirPartsOfTheText() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own();
        await owner.Collection.CreateAsync(Small);
        var text = string.Concat(Enumerable.Range(0, 9_000).Select(static i => $"Zeile {i} 🌍 über Öfen. "));
        var document = await owner.AddAsync(estate.AddFile("long.txt", text));

        var answer = await owner.SearchAsync("Zeile 4711");

        Assert.Equal(CollectionDocumentStatus.Completed, document.Status);
        Assert.All(answer.Passages, passage => Assert.Equal(text.Substring(passage.Start, passage.Text.Length), passage.Text));
        Assert.Contains(answer.Passages, static passage => passage.Text.Contains("Zeile 4711 ", StringComparison.Ordinal));
    });

    private static IReadOnlyList<(int, float, string)> Seen(CollectionAnswer answer) =>
        [.. answer.Passages.Select(static passage => (passage.Index, passage.Score, passage.Text))];
}
