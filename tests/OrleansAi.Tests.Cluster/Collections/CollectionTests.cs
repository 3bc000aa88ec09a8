using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Testing;
using Xunit;
using Value = OrleansAi.Contracts.Collections.CollectionAttribute;

namespace OrleansAi.Tests.Cluster.Collections;

/// <summary>Collections from the first document to the answer.</summary>
public sealed class CollectionTests(CollectionCluster cluster) : IClassFixture<CollectionCluster>
{
    private readonly Documents _documents = new(cluster.Host.Client);

    [Fact]
    public async Task Search_IngestedDocument_FindsItsPassageInBothRankings()
    {
        var collection = await _documents.CreateAsync();
        await _documents.AddAsync(collection, "ships.md", "# Ships\n\nA lighthouse guides ships at night.\n");
        var bread = await _documents.AddAsync(collection, "bread.md", "# Bread\n\nSourdough bread needs a lively starter.\n");

        var both = await _documents.SearchAsync(collection, "sourdough starter");
        var lexical = await _documents.SearchAsync(collection, "sourdough starter", static search => search with { VectorWeight = 0 });
        var vector = await _documents.SearchAsync(collection, "sourdough starter", static search => search with { LexicalWeight = 0 });

        Assert.All([both, lexical, vector], answer =>
        {
            Assert.Equal(bread.Id, answer.Passages[0].DocumentId);
            Assert.Contains("lively starter", answer.Passages[0].Text, StringComparison.Ordinal);
            Assert.Equal("bread.md", answer.Passages[0].Name);
            Assert.Empty(answer.Missing);
        });
        Assert.Equal((1, 3), (both.Passages[0].Score, both.Version));
        Assert.Equal(new DocumentCounts(0, 2, 0, 0), (await _documents.Client.Collections.GetAsync(collection)).Documents);
        Assert.Contains("lively starter", string.Concat(await _documents.Client.Collections.ReadDocumentAsync(collection, bread.Id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ReplacedDocument_OldPassagesAreOnlyInOldVersions()
    {
        var collection = await _documents.CreateAsync();
        var old = await _documents.AddAsync(collection, "price.md", "The price is seven crowns, they say.");
        var before = (await _documents.SearchAsync(collection, "price crowns")).Version;
        var removed = await _documents.Client.Collections.RemoveAsync(collection, old.Id);
        var fresh = await _documents.AddAsync(collection, "price.md", "The price is nine crowns, they say.");

        var now = await _documents.SearchAsync(collection, "price crowns", search => search with { MinVersion = fresh.Version });
        var between = await _documents.SearchAsync(collection, "price crowns", search => search with { AtVersion = removed });
        var then = await _documents.SearchAsync(collection, "price crowns", search => search with { AtVersion = before });

        Assert.Equal("The price is nine crowns, they say.", Assert.Single(now.Passages).Text);
        Assert.Equal((fresh.Version, fresh.Id), (now.Version, now.Passages[0].DocumentId));
        Assert.Empty(between.Passages);
        Assert.Equal("The price is seven crowns, they say.", Assert.Single(then.Passages).Text);
        Assert.Equal((before, old.Id), (then.Version, then.Passages[0].DocumentId));
    }

    [Fact]
    public async Task Add_SameFileCutOtherwise_EachPassageIsThereOnce()
    {
        var collection = await _documents.CreateAsync();
        var text = string.Join("\n\n", Enumerable.Range(0, 60).Select(static i => $"Paragraph {i} tells of the harbour and its cranes, and of nothing else."));
        var whole = await _documents.AddAsync(collection, "harbour.md", text);
        await _documents.Client.Collections.AddAsync(
            collection, new NewDocument { FileId = whole.Id, Chunking = new CollectionChunking(100, 0) });
        var cut = await Eventually.GetAsync(
            () => _documents.Client.Collections.GetDocumentAsync(collection, whole.Id), static document => document.Chunks > 5, "it is cut anew");

        var answer = await _documents.SearchAsync(collection, "harbour cranes", search => search with { MaxResults = 50, MinVersion = cut.Version });

        Assert.Equal(cut.Chunks, answer.Passages.Count);
        Assert.Equal(cut.Chunks, answer.Passages.Select(static passage => passage.Index).Distinct().Count());
        Assert.Equal(text, string.Concat(await _documents.Client.Collections.ReadDocumentAsync(collection, whole.Id)));
    }

    [Fact]
    public async Task Search_MinVersionNotReached_IsRefusedAndNotWaitedFor()
    {
        var collection = await _documents.CreateAsync();

        var error = await Assert.ThrowsAsync<OrleansAiException>(
            () => _documents.SearchAsync(collection, "anything", static search => search with { MinVersion = 99 }));

        Assert.Equal(ErrorCodes.VersionNotReached, error.Code);
    }

    [Fact]
    public async Task Add_PoisonDocument_FailsWithItsReasonAndBlocksNobody()
    {
        var collection = await _documents.CreateAsync();
        var poison = await _documents.AddAsync(collection, "poison.bin", "\0\u0001\0\u0002 nothing that could be read \0");
        var good = await _documents.AddAsync(collection, "good.md", "A good document about sailing.");

        var answer = await _documents.SearchAsync(collection, "sailing");

        Assert.Equal((CollectionDocumentStatus.Failed, ErrorCodes.UnsupportedFile), (poison.Status, poison.FailureCode));
        Assert.NotEmpty(poison.FailureMessage!);
        Assert.Equal(good.Id, Assert.Single(answer.Passages).DocumentId);
        Assert.Equal(new DocumentCounts(0, 1, 1, 0), (await _documents.Client.Collections.GetAsync(collection)).Documents);
    }

    [Fact]
    public async Task Search_Filter_LooksOnlyAtDocumentsThatMatch()
    {
        var collection = await _documents.CreateAsync();
        foreach (var year in new[] { 2019, 2024 })
        {
            await _documents.AddAsync(collection, $"report-{year}.md", $"The annual report on harvests of {year}.", document => document with
            {
                Attributes = new Dictionary<string, Value> { ["year"] = new(Number: year) },
            });
        }

        var answer = await _documents.SearchAsync(
            collection, "annual report", static search => search with { Filter = """{"type":"gte","key":"year","value":2020}""" });
        var changed = await _documents.Client.Collections.SetAttributesAsync(
            collection, answer.Passages[0].DocumentId, new Dictionary<string, Value> { ["year"] = new(Number: 2001) });
        var after = await _documents.SearchAsync(
            collection, "annual report", search => search with { Filter = """{"type":"gte","key":"year","value":2020}""", MinVersion = changed.Version });

        Assert.Equal("report-2024.md", Assert.Single(answer.Passages).Name);
        Assert.Equal(2024, answer.Passages[0].Attributes["year"].Number);
        Assert.Empty(after.Passages);
    }

    [Fact]
    public async Task Batch_CancelledWhileItIsIngested_EndsAndSaysSo()
    {
        var collection = await _documents.CreateAsync();
        var gate = new TaskCompletionSource();
        cluster.Embeddings.Before = texts => texts.Any(static text => text.Contains("glacier", StringComparison.Ordinal)) ? gate.Task : Task.CompletedTask;
        var files = new List<NewDocument>();
        for (var i = 0; i < 6; i++)
        {
            files.Add(new NewDocument { FileId = (await _documents.UploadAsync($"{i}.md", $"The glacier number {i}.")).Id });
        }

        var batch = await _documents.Client.Collections.AddBatchAsync(collection, files);
        var cancelled = await _documents.Client.Collections.CancelBatchAsync(collection, batch.Id);
        gate.SetResult();
        var answer = await _documents.SearchAsync(collection, "glacier number");

        Assert.Equal(new DocumentCounts(6, 0, 0, 0), batch.Documents);
        Assert.Equal(new DocumentCounts(0, 0, 0, 6), cancelled.Documents);
        Assert.True(cancelled.IsCancelled);
        Assert.Empty(answer.Passages);
    }

    [Fact]
    public async Task Tenants_EqualNamesAndDocuments_NeverMeet()
    {
        var others = new Documents(cluster.Host.Client.ForTenant("other"));
        var (mine, theirs) = (await _documents.CreateAsync("same"), await others.CreateAsync("same"));
        var document = await _documents.AddAsync(mine, "secret.md", "The secret word of this house is marmalade.");

        var foreign = await others.SearchAsync(theirs, "secret word");
        var errors = new List<OrleansAiException>
        {
            await Assert.ThrowsAsync<OrleansAiException>(() => others.Client.Collections.GetAsync(mine)),
            await Assert.ThrowsAsync<OrleansAiException>(() => others.SearchAsync(mine, "secret word")),
            await Assert.ThrowsAsync<OrleansAiException>(() => others.Client.Collections.RemoveAsync(mine, document.Id)),
            await Assert.ThrowsAsync<OrleansAiException>(() => others.Client.Collections.AddAsync(mine, new NewDocument { FileId = document.Id })),
        };
        var file = await Assert.ThrowsAsync<OrleansAiException>(() => others.Client.Collections.AddAsync(theirs, new NewDocument { FileId = document.Id }));

        Assert.Empty(foreign.Passages);
        Assert.All(errors, static error => Assert.Equal(ErrorCodes.CollectionNotFound, error.Code));
        Assert.Equal(ErrorCodes.FileNotFound, file.Code);
        Assert.Equal([theirs], (await others.Client.Collections.ListAsync(new CollectionQuery { Limit = 10 })).Collections.Select(static one => one.Id));
    }

    [Fact]
    public async Task Search_WhileOthersWrite_HasAllThatWasAcknowledgedBeforeItBegan()
    {
        var collection = await _documents.CreateAsync();
        var lowest = 0L;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async writer =>
        {
            for (var i = 0; i < 8; i++)
            {
                var word = $"marker{writer}x{i}";
                var added = await _documents.AddAsync(collection, $"{word}.md", $"Here stands {word} in a text.");
                Raise(added.Version);
                var least = Volatile.Read(ref lowest);
                var answer = await _documents.SearchAsync(collection, word, static search => search with { VectorWeight = 0 });
                Assert.True(answer.Version >= least, $"{answer.Version} after {least}");
                Assert.Equal(added.Id, Assert.Single(answer.Passages).DocumentId);
                Assert.Empty(answer.Missing);
                if (i % 2 == 0)
                {
                    Raise(await _documents.Client.Collections.RemoveAsync(collection, added.Id));
                    Assert.Empty((await _documents.SearchAsync(collection, word, static search => search with { VectorWeight = 0 })).Passages);
                }
            }
        }));

        Assert.Equal(new DocumentCounts(0, 24, 0, 0), (await _documents.Client.Collections.GetAsync(collection)).Documents);

        void Raise(long version)
        {
            for (var known = Volatile.Read(ref lowest); known < version;)
            {
                known = Interlocked.CompareExchange(ref lowest, version, known) is var seen && seen == known ? version : seen;
            }
        }
    }

    [Fact]
    public async Task Delete_Collection_IsNowhereAnyMore()
    {
        var collection = await _documents.CreateAsync();
        await _documents.AddAsync(collection, "a.md", "A text.");

        await _documents.Client.Collections.DeleteAsync(collection);

        Assert.Equal(ErrorCodes.CollectionNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => _documents.SearchAsync(collection, "text"))).Code);
        Assert.DoesNotContain(
            (await _documents.Client.Collections.ListAsync(new CollectionQuery { Limit = 100 })).Collections, view => view.Id == collection);
    }
}
