using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Filters;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Search;
using OrleansAi.Knowledge.Segments;
using Xunit;

namespace OrleansAi.Tests.Unit.Knowledge;

/// <summary>Fusion, filters, diversity, and several shards as one.</summary>
public sealed class SearchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Merge_OfAnyNumberOfShards_GivesWhatOneShardGives(int seed)
    {
        var random = new Random(seed);
        var documents = Enumerable.Range(0, 120).Select(i => ($"d{i:000}", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Indexes.Text(random, random.Next(3, 30))).ToArray())).ToArray();
        var whole = Indexes.Snapshot(Indexes.Segment(documents));
        var segments = documents.GroupBy(_ => random.Next(4)).Select(group => (Id: $"s{group.Key}", Shard: group.Key % 3, Segment: Indexes.Segment([.. group]))).ToArray();
        var manifest = Indexes.Manifest(1, segments);
        var shards = manifest.Shards.Select(shard => new ShardSearcher(ShardSnapshot.Create(shard, manifest, id => segments.Single(part => part.Id == id).Segment))).ToArray();
        for (var round = 0; round < 20; round++)
        {
            var request = Indexes.Ask(Indexes.Text(random, 4), new RankingOptions { Candidates = 400, MaxResults = 20 });
            var statistics = LexicalStatistics.Sum(new LexicalQuery(TextAnalyzer.English, request.Text), shards.Select(shard => shard.Statistics(request.Text)));

            var merged = ShardMerge.Merge(request, 1, manifest.Shards, [.. shards.Select(shard => shard.Search(request, statistics))]);

            var expected = new HybridSearcher(whole).Search(request);
            Assert.Equal(Keys(expected), Keys(merged));
            Assert.Equal(expected.Passages.Select(static passage => passage.LexicalScore), merged.Passages.Select(static passage => passage.LexicalScore));
            Assert.False(merged.IsPartial);
        }
    }

    [Fact]
    public void Merge_WithoutOneShard_IsPartialAndNamesIt()
    {
        var (searchers, manifest) = Shards();
        var request = Indexes.Ask("amber");

        var answer = ShardMerge.Merge(request, 1, manifest, [searchers[0].Search(request), searchers[2].Search(request)]);

        Assert.True(answer.IsPartial);
        Assert.Equal([1], answer.Missing.Select(static missing => missing.Shard));
        Assert.Equal(["d0", "d2"], answer.Passages.Select(static passage => passage.Document.Id).Order());
    }

    [Fact]
    public void Merge_WithAnAnswerOfAnotherVersion_LeavesItOutAndSaysSo()
    {
        var (searchers, manifest) = Shards();
        var request = Indexes.Ask("amber");
        ShardAnswer[] answers = [searchers[0].Search(request), searchers[1].Search(request) with { Version = 2 }, searchers[2].Search(request)];

        var answer = ShardMerge.Merge(request, 1, manifest, answers);

        var missing = Assert.Single(answer.Missing);
        Assert.Equal(1, missing.Shard);
        Assert.Contains("version 2", missing.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(answer.Passages, static passage => passage.Document.Id == "d1");
    }

    [Fact]
    public void Search_ByBothRankings_GivesTheFirstOfBothTheScoreOne()
    {
        var searcher = Searcher(("a", ["amber basil"]), ("b", ["cedar delta"]), ("c", ["ember fjord"]));

        var answer = searcher.Search(Indexes.Ask("cedar delta"));

        var first = answer.Passages[0];
        Assert.Equal(("b", 1f, 1, 1), (first.Document.Id, first.Score, first.LexicalRank, first.VectorRank));
        Assert.Equal(1f, first.Similarity!.Value, 3);
        Assert.All(answer.Passages.Skip(1), static passage => Assert.Null(passage.LexicalRank));
    }

    [Fact]
    public void Search_ByTextAlone_NeedsNoVector()
    {
        var searcher = Searcher(("a", ["amber basil"]), ("b", ["cedar delta"]));

        var answer = searcher.Search(new SearchRequest { Text = "cedar" });

        Assert.Equal(("b", 1f), (Assert.Single(answer.Passages).Document.Id, answer.Passages[0].Score));
    }

    [Fact]
    public void Search_WithAScoreThreshold_LeavesOutWhatIsBelow()
    {
        var searcher = Searcher(("a", ["amber basil"]), ("b", ["cedar delta"]), ("c", ["cedar fjord heron"]));
        var all = searcher.Search(Indexes.Ask("cedar delta")).Passages;

        var some = searcher.Search(Indexes.Ask("cedar delta", new RankingOptions { ScoreThreshold = all[1].Score })).Passages;

        Assert.Equal(all.Where(passage => passage.Score >= all[1].Score).Select(static passage => passage.Document.Id), some.Select(static passage => passage.Document.Id));
        Assert.True(some.Count < all.Count);
    }

    [Fact]
    public void Search_WithALeastSimilarity_LeavesOutWhatOnlyFillsTheList()
    {
        var searcher = Searcher(("a", ["amber basil"]), ("b", ["cedar delta"]));

        var answer = searcher.Search(Indexes.Ask("cedar delta", new RankingOptions { MinSimilarity = 0.5f }));

        Assert.Equal("b", Assert.Single(answer.Passages).Document.Id);
    }

    [Fact]
    public void Search_WithAMostPerDocument_TakesTheBestOfEach()
    {
        var searcher = Searcher(("a", ["cedar one", "cedar two", "cedar three"]), ("b", ["cedar four", "river"]));

        var answer = searcher.Search(Indexes.Ask("cedar", new RankingOptions { MaxPerDocument = 1 }));

        Assert.Equal(["a", "b"], answer.Passages.Select(static passage => passage.Document.Id).Order());
    }

    [Fact]
    public void Search_WithDiversity_PutsARepetitionBehindSomethingElse()
    {
        var searcher = Searcher(("a", ["cedar delta grove"]), ("copy", ["cedar delta grove"]), ("other", ["cedar fjord heron"]));

        var plain = searcher.Search(Indexes.Ask("cedar delta grove"));
        var diverse = searcher.Search(Indexes.Ask("cedar delta grove", new RankingOptions { Diversity = 0.3f }));

        Assert.Equal(["a", "copy", "other"], plain.Passages.Select(static passage => passage.Document.Id));
        Assert.Equal(["a", "other", "copy"], diverse.Passages.Select(static passage => passage.Document.Id));
    }

    [Fact]
    public void Search_WithAFilter_FindsOnlyDocumentsThatPass()
    {
        var snapshot = Indexes.Snapshot(
            Indexes.Segment(("a", ["cedar one"]), ("b", ["cedar two"]), ("c", ["cedar three"])),
            static id => new() { ["year"] = id == "a" ? 2020 : 2025, ["draft"] = id == "c" });
        var filter = new CompoundFilter(IsAnd: true, [new ComparisonFilter("year", ComparisonOperator.Gt, 2021), new ComparisonFilter("draft", ComparisonOperator.Ne, true)]);

        var answer = new HybridSearcher(snapshot).Search(Indexes.Ask("cedar", filter: filter));

        Assert.Equal("b", Assert.Single(answer.Passages).Document.Id);
    }

    [Fact]
    public void Search_OfNothing_FindsNothing()
    {
        var searcher = Searcher();

        Assert.Empty(searcher.Search(Indexes.Ask("cedar")).Passages);
        Assert.Empty(Searcher(("a", ["cedar"])).Search(new SearchRequest { Text = "?!" }).Passages);
    }

    [Fact]
    public void Search_WithStatisticsOfAnotherQuestion_IsRefused()
    {
        var searcher = new ShardSearcher(Indexes.Snapshot(Indexes.Segment(("a", ["cedar delta"]))));

        var exception = Assert.Throws<OrleansAiException>(() => searcher.Search(Indexes.Ask("cedar"), searcher.Statistics("cedar delta")));

        Assert.Equal(ErrorCodes.InvalidRequest, exception.Code);
    }

    [Fact]
    public void Read_OfASegment_FindsTheSame()
    {
        var segment = Indexes.Segment(("a", ["amber basil", "cedar"]), ("b", ["cedar delta"]));
        var read = KnowledgeSegment.Read(segment.ToBytes());

        Assert.Equal(segment.ToBytes(), read.ToBytes());
        Assert.Equal(
            Keys(new HybridSearcher(Indexes.Snapshot(segment)).Search(Indexes.Ask("cedar"))),
            Keys(new HybridSearcher(Indexes.Snapshot(read)).Search(Indexes.Ask("cedar"))));
    }

    [Fact]
    public void Read_OfADamagedSegment_SaysSo()
    {
        var bytes = Indexes.Segment(("a", ["amber basil"])).ToBytes();
        bytes[bytes.Length / 2] ^= 1;

        Assert.Equal(ErrorCodes.IndexCorrupt, Assert.Throws<OrleansAiException>(() => KnowledgeSegment.Read(bytes)).Code);
    }

    [Theory]
    [InlineData("max_num_results", 0, 100)]
    [InlineData("max_num_results", 51, 100)]
    [InlineData("ranking_options", 10, 9)]
    [InlineData("ranking_options", 10, 1_001)]
    public void Search_OutsideTheBounds_IsRefused(string parameter, int results, int candidates)
    {
        var exception = Assert.Throws<OrleansAiException>(
            () => Searcher(("a", ["x"])).Search(Indexes.Ask("x", new RankingOptions { MaxResults = results, Candidates = candidates })));

        Assert.Equal((ErrorCodes.InvalidRequest, parameter), (exception.Code, exception.Param));
    }

    private static HybridSearcher Searcher(params (string Id, string[] Texts)[] documents) => new(Indexes.Snapshot(Indexes.Segment(documents)));

    private static (ShardSearcher[] Searchers, IReadOnlyList<int> Shards) Shards()
    {
        var segments = Enumerable.Range(0, 3).Select(static i => ($"s{i}", i, Indexes.Segment(($"d{i}", ["amber"])))).ToArray();
        var manifest = Indexes.Manifest(1, segments);
        return ([.. manifest.Shards.Select(shard => new ShardSearcher(ShardSnapshot.Create(shard, manifest, id => segments[id[1] - '0'].Item3)))], manifest.Shards);
    }

    private static IEnumerable<(string, int, float)> Keys(SearchAnswer answer) =>
        answer.Passages.Select(static passage => (passage.Document.Id, passage.Chunk.Index, passage.Score));
}
