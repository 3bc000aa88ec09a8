using OrleansAi.Collections.Ingestion;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.Unit.Collections;

public sealed class ReleaseTests
{
    private static readonly NewCollection Small = new() { Chunking = new CollectionChunking(100, 0) };
    private static readonly string Contents = StreamNames.CollectionContents(CollectionEstate.Stream);

    [Fact]
    public Task Tidy_SupersededAndRemovedDocuments_LeaveOnlyWhatTheNewestVersionHas() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own();
        await owner.Collection.CreateAsync(Small);
        var (kept, removed) = (estate.AddFile("kept.md", "The kept text is about lanterns."), estate.AddFile("removed.md", "The removed text is about lanterns."));
        await owner.AddAsync(kept);
        await owner.AddAsync(removed);
        var before = await owner.SearchAsync("lanterns");
        await owner.AddAsync(kept);
        await owner.Collection.RemoveAsync(removed);
        await DoneAsync(owner);
        var stored = estate.Memory.ContentsOf(Contents);
        var old = await owner.SearchAsync("lanterns", search => search with { AtVersion = before.Version });

        await owner.Collection.TidyAsync(TimeSpan.Zero);
        await DoneAsync(owner);
        using var next = estate.Own();
        var found = await next.SearchAsync("lanterns");
        var refused = await Assert.ThrowsAsync<OrleansAiException>(() => next.SearchAsync("lanterns", search => search with { AtVersion = before.Version }));

        Assert.Equal(2, old.Passages.Count);
        Assert.Equal([kept], found.Passages.Select(static passage => passage.DocumentId));
        Assert.Equal(ErrorCodes.VersionNotRetained, refused.Code);
        Assert.True(stored >= 4, $"{stored} contents were stored.");

        // A segment and a text, each of one piece.
        Assert.Equal(2, estate.Memory.ContentsOf(Contents));
        Assert.Equal(0, estate.Memory.ContentsOf(StreamNames.CollectionDocument(CollectionEstate.Stream, removed)));
        Assert.Equal(1, estate.Memory.ContentsOf(StreamNames.CollectionDocument(CollectionEstate.Stream, kept)));
    });

    [Fact]
    public Task Owner_LostBehindTheDeletion_TheNextOneSaysSo() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        var file = estate.AddFile("a.md", "A text about lanterns.");
        var reached = new TaskCompletionSource();
        using var lost = estate.Own(point =>
        {
            if (point == IngestionStage.Released)
            {
                reached.TrySetResult();
                throw new OperationCanceledException();
            }
        });
        await lost.Collection.CreateAsync(Small);
        await lost.AddAsync(file);
        await lost.Collection.RemoveAsync(file);
        await lost.Collection.TidyAsync(TimeSpan.Zero);
        lost.Queue.Start();
        await reached.Task;
        await lost.Queue.StopAsync();
        using var next = estate.Own();
        await next.Collection.ReadAsync();
        var left = next.Ledger.State.HasUnneeded;
        await DoneAsync(next);
        var again = await next.AddAsync(file);

        Assert.True(left);
        Assert.False(next.Ledger.State.HasUnneeded);
        Assert.Equal(CollectionDocumentStatus.Completed, again.Status);
        Assert.Single((await next.SearchAsync("lanterns")).Passages);
    });

    [Fact]
    public Task Delete_Collection_NothingOfItIsStored() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own();
        await owner.Collection.CreateAsync(Small);
        var file = estate.AddFile("a.md", "A text about lanterns.");
        await owner.AddAsync(file);
        await owner.Collection.DeleteAsync();
        using var next = estate.Own();
        await next.Ledger.LoadAsync();
        await DoneAsync(next);

        Assert.Equal(CollectionStatus.Deleted, next.Ledger.State.Status);
        Assert.Null(next.Ledger.State.Ingestion);
        Assert.Equal(0, estate.Memory.ContentsOf(Contents));
        Assert.Equal(0, estate.Memory.ContentsOf(StreamNames.CollectionDocument(CollectionEstate.Stream, file)));
    });

    [Fact]
    public Task Tidy_Snapshots_OnlyTheLastOneIsStored() => Turns.RunAsync(async () =>
    {
        var estate = new CollectionEstate();
        using var owner = estate.Own();
        await owner.Collection.CreateAsync(Small);
        for (var i = 0; i < 3; i++)
        {
            for (var change = 0; change < 600; change++)
            {
                await owner.Collection.UpdateAsync(new CollectionUpdate { Name = $"{i} {change}" });
            }

            await owner.Collection.TidyAsync(TimeSpan.FromDays(1));
        }

        await owner.Collection.TidyAsync(TimeSpan.FromDays(1));
        await DoneAsync(owner);
        using var next = estate.Own();
        var view = await next.Collection.GetAsync();

        Assert.Equal("2 599", view.Name);
        Assert.Equal(1, estate.Memory.ContentsOf(Contents));
    });

    private static async Task DoneAsync(CollectionEstate.Owner owner)
    {
        owner.Queue.Start();
        await Eventually.TrueAsync(() => !owner.Queue.IsRunning, "the queue ends");
    }
}
