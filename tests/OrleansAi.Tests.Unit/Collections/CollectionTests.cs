using OrleansAi.Collections;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;
using OrleansAi.Testing;
using OrleansAi.Testing.Histories;
using Xunit;
using Value = OrleansAi.Contracts.Collections.CollectionAttribute;

namespace OrleansAi.Tests.Unit.Collections;

public sealed class CollectionTests
{
    private readonly CollectionEstate _estate = new();

    [Fact]
    public Task Create_Twice_GivesTheSameCollection() => Turns.RunAsync(async () =>
    {
        using var owner = _estate.Own();
        var first = await owner.Collection.CreateAsync(new NewCollection { Name = "one" });
        var second = await owner.Collection.CreateAsync(new NewCollection { Name = "two" });

        Assert.Equal(("one", 1, first.CreatedAt), (second.Name, second.Version, second.CreatedAt));
        Assert.Equal(("test/ngram", 64), (first.EmbeddingModel, first.Dimensions));
    });

    [Fact]
    public Task Read_AnotherOwnerWroteMeanwhile_SeesTheWrite() => Turns.RunAsync(async () =>
    {
        using var paused = _estate.Own();
        await paused.Collection.CreateAsync(new NewCollection());
        var file = _estate.AddFile("a.md", "A text about windmills.");
        await paused.AddAsync(file);
        Assert.Single((await paused.SearchAsync("windmills")).Passages);

        using var other = _estate.Own();
        var removed = await other.Collection.RemoveAsync(file);
        var answer = await paused.SearchAsync("windmills");

        Assert.Empty(answer.Passages);
        Assert.Equal(removed, answer.Version);
        Assert.Equal(0, (await paused.Collection.GetAsync()).Documents.Total);
    });

    [Fact]
    public Task Command_ComesAgainAfterLaterOnes_ChangesNothing() => Turns.RunAsync(async () =>
    {
        var file = _estate.AddFile("a.md", "A text about windmills.");
        using var first = _estate.Own();
        await first.Collection.CreateAsync(new NewCollection());
        await first.Collection.AddAsync(null, [new NewDocument { FileId = file }], "cmd_add");
        await first.IngestAsync(file);
        await first.Collection.SetAttributesAsync(file, Revision("1"), "cmd_1");
        await first.Collection.SetAttributesAsync(file, Revision("2"), "cmd_2");

        // An owner that hung meanwhile has still to do with the first one, which its caller has long repeated elsewhere.
        using var second = _estate.Own();
        await second.Collection.SetAttributesAsync(file, Revision("1"), "cmd_1");
        Assert.Equal("2", (await first.Collection.GetDocumentAsync(file)).Attributes["revision"].Text);

        var removed = await first.Collection.RemoveAsync(file, "cmd_remove");
        Assert.Equal(removed, await second.Collection.RemoveAsync(file, "cmd_remove"));
        await second.Collection.AddAsync(null, [new NewDocument { FileId = file }], "cmd_add");
        Assert.Equal(0, (await first.Collection.GetAsync()).Documents.Total);
        var snapshot = new CollectionState(first.Ledger.State.ToSnapshot());
        Assert.All(["cmd_add", "cmd_1", "cmd_2", "cmd_remove"], command => Assert.True(snapshot.HasDone(command)));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Histories_OfTwoOwners_AreRightOnlyWhenReadsAreConfirmed(bool confirms) => Turns.RunAsync(async () =>
    {
        var (history, confirmation) = (new History(), new ReadConfirmation(confirms));
        var file = _estate.AddFile("a.md", "A text about windmills.");
        using var first = _estate.Own(confirmation: confirmation);
        await first.Collection.CreateAsync(new NewCollection());
        await first.AddAsync(file);
        using var second = _estate.Own(confirmation: confirmation);
        for (var i = 0; i < 6; i++)
        {
            // They write in turn, and whoever did not is asked.
            var (writer, reader) = i % 2 == 0 ? (first, second) : (second, first);
            var (value, began) = ($"{i}", history.Now);
            var written = await writer.Collection.SetAttributesAsync(file, Revision(value));
            history.Add(new HistoryWrite { Client = "writer", Collection = "vs", Document = file, Value = value, Began = began, Ended = history.Now, Version = written.Version });
            began = history.Now + 1;
            await Eventually.TrueAsync(() => history.Now > began, "a moment");
            var answer = await reader.SearchAsync("windmills");
            history.Add(new HistoryRead
            {
                Client = "reader",
                Collection = "vs",
                Began = began,
                Ended = history.Now,
                IsVersioned = true,
                Version = answer.Version,
                Values = [.. answer.Passages.Where(static passage => passage.Attributes.Count > 0)
                    .Select(static passage => (passage.DocumentId, passage.Attributes["revision"].Text!))],
            });
        }

        var violations = HistoryChecker.Check(history.Operations);
        Assert.Equal(confirms, violations.Count == 0);
        Assert.True(confirms || violations.Any(static violation => violation.Kind == ViolationKind.Stale), string.Join('\n', violations));
    });

    [Fact]
    public Task Append_AnotherOwnerWroteMeanwhile_DecidesAgainOnWhatIsThere() => Turns.RunAsync(async () =>
    {
        using var first = _estate.Own();
        using var second = _estate.Own();
        await first.Collection.CreateAsync(new NewCollection());
        await second.Collection.GetAsync();
        await first.Collection.UpdateAsync(new CollectionUpdate { Name = "first" });

        // Behind the fence, without the read that confirms.
        var state = await second.Ledger.AppendAsync(static state => CollectionDecisions.Update(
            state, new() { Name = state.Name + " and second", Metadata = state.Metadata }));

        Assert.Equal("first and second", state.Name);
        Assert.Equal("first and second", (await first.Collection.GetAsync()).Name);
    });

    [Fact]
    public Task Add_AnswerOfTheStoreLost_RepeatedBatchIsAddedOnce() => Turns.RunAsync(async () =>
    {
        using var owner = _estate.Own();
        await owner.Collection.CreateAsync(new NewCollection());
        var documents = new[] { new NewDocument { FileId = _estate.AddFile("a.md", "One text.") } };
        var lost = 0;
        _estate.Journal.LosesAnswer = append => append.Records.Any(static record => record.Kind == RecordKind.DocumentAccepted) && lost++ == 0;

        await Assert.ThrowsAsync<JournalException>(() => owner.Collection.AddAsync("vsfb_1", documents));
        await owner.Collection.AddAsync("vsfb_1", documents);

        Assert.Equal(1, _estate.Memory.All.Count(static record => record.Kind == RecordKind.DocumentAccepted));
        Assert.Equal(new DocumentCounts(1, 0, 0, 0), (await owner.Collection.GetBatchAsync("vsfb_1")).Documents);
        Assert.Single(_estate.Journal.Runs, static run => run.Kind == RunChangeKind.Open);
    });

    [Fact]
    public Task Load_ManyRecords_ReadsTheSnapshotAndTheTail() => Turns.RunAsync(async () =>
    {
        using var owner = _estate.Own();
        await owner.Collection.CreateAsync(new NewCollection());
        for (var i = 0; i < 1_200; i++)
        {
            await owner.Ledger.AppendAsync(state => CollectionDecisions.Update(state, new() { Name = $"name {i}", Metadata = state.Metadata }));
            await owner.Ledger.SnapshotAsync();
        }

        var before = _estate.Journal.Records;
        using var next = _estate.Own();
        var view = await next.Collection.GetAsync();

        Assert.Equal("name 1199", view.Name);
        Assert.InRange(_estate.Journal.Records - before, 1, CollectionLedger.SnapshotEvery + 10);
    });

    [Fact]
    public Task Load_SnapshotDamaged_ReadsAllRecordsInstead() => Turns.RunAsync(async () =>
    {
        using var owner = _estate.Own();
        await owner.Collection.CreateAsync(new NewCollection { Name = "kept" });
        var nowhere = new string('0', 64);
        await owner.Ledger.AppendAsync(_ => [new SnapshotStored { At = 1, Content = nowhere }]);

        using var next = _estate.Own();

        Assert.Equal("kept", (await next.Collection.GetAsync()).Name);
    });

    [Fact]
    public Task Delete_Collection_DestroysTheKeyAndEndsTheIngestion() => Turns.RunAsync(async () =>
    {
        using var owner = _estate.Own();
        await owner.Collection.CreateAsync(new NewCollection());
        await owner.Collection.AddAsync(null, [new NewDocument { FileId = _estate.AddFile("a.md", "One text.") }]);

        await owner.Collection.DeleteAsync();
        await owner.Collection.DeleteAsync();
        owner.Queue.Start();
        await Eventually.TrueAsync(() => !owner.Queue.IsRunning, "what is stored is deleted");

        Assert.Empty((await _estate.Memory.ReadKeysAsync(CollectionEstate.Stream, CancellationToken.None))!);
        Assert.Equal([RunChangeKind.Open, RunChangeKind.End], _estate.Journal.Runs.Select(static run => run.Kind));
        Assert.Equal(ErrorCodes.CollectionNotFound, (await Assert.ThrowsAsync<OrleansAiException>(owner.Collection.GetAsync)).Code);
        Assert.Equal(ErrorCodes.CollectionNotFound, (await Assert.ThrowsAsync<OrleansAiException>(_estate.Own().Collection.GetAsync)).Code);
    });

    [Fact]
    public Task List_Pages_FollowEachOtherInBothOrders() => Turns.RunAsync(async () =>
    {
        using var owner = _estate.Own();
        await owner.Collection.CreateAsync(new NewCollection());
        var files = Enumerable.Range(0, 7).Select(i => _estate.AddFile($"{i}.md", "x")).Order(StringComparer.Ordinal).ToArray();
        await owner.Collection.AddAsync("vsfb_1", [.. files.Select(static file => new NewDocument { FileId = file })]);

        var first = await owner.Collection.ListDocumentsAsync(new DocumentQuery { Limit = 3, Ascending = true });
        var second = await owner.Collection.ListDocumentsAsync(new DocumentQuery { Limit = 3, Ascending = true, After = files[2] });
        var before = await owner.Collection.ListDocumentsAsync(new DocumentQuery { Limit = 3, Ascending = true, Before = files[5] });
        var newest = await owner.Collection.ListDocumentsAsync(new DocumentQuery { Limit = 10, BatchId = "vsfb_1" });
        var completed = await owner.Collection.ListDocumentsAsync(new DocumentQuery { Limit = 10, Status = CollectionDocumentStatus.Completed });

        Assert.Equal(files[..3], first.Documents.Select(static document => document.Id));
        Assert.Equal(files[3..6], second.Documents.Select(static document => document.Id));
        Assert.Equal(files[2..5], before.Documents.Select(static document => document.Id));
        Assert.Equal(files.Reverse(), newest.Documents.Select(static document => document.Id));
        Assert.Equal((true, true, false), (first.HasMore, second.HasMore, newest.HasMore));
        Assert.Empty(completed.Documents);
    });

    private static Dictionary<string, Value> Revision(string revision) => new() { ["revision"] = new Value(Text: revision) };
}
