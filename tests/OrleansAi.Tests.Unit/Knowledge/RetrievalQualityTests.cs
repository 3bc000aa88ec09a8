using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Search;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.Unit.Knowledge;

/// <summary>How well the rankings find the passages of <c>tests/retrieval-set</c>.</summary>
public sealed class RetrievalQualityTests
{
    private const int Depth = 10;

    [Fact]
    public void Search_OfTheRetrievalSet_IsBetterHybridThanByEitherHalf()
    {
        var builder = new KnowledgeSegmentBuilder(Indexes.Model, TextAnalyzer.English);
        foreach (var passage in Lines("passages.jsonl"))
        {
            builder.Add((string)passage["id"]!, $"{passage["title"]}\n{passage["text"]}");
        }

        var searcher = new HybridSearcher(Indexes.Snapshot(builder.Build()));
        var questions = Lines("questions.jsonl").Select(static line => (
            Question: (string)line["question"]!, Passage: (string)line["passage"]!, Kind: (string)line["kind"]!)).ToArray();
        var ways = new (string Name, RankingOptions Ranking)[]
        {
            ("lexical", new RankingOptions { VectorWeight = 0 }),
            ("vector", new RankingOptions { LexicalWeight = 0 }),
            ("hybrid", new RankingOptions()),
            ("half", new RankingOptions { VectorWeight = 0.5f }),
        };
        var gains = ways.ToDictionary(static way => way.Name, way => questions
            .Select(question => (question.Kind, Gain: Gain(searcher.Search(Indexes.Ask(question.Question, way.Ranking)), question.Passage))).ToArray());

        Report.Write("retrieval-quality", Table(gains));
        var means = gains.ToDictionary(static way => way.Key, static way => way.Value.Average(static question => question.Gain));
        Assert.True(questions.Length >= 300);
        Assert.True(means["hybrid"] > means["lexical"], Table(gains));
        Assert.True(means["hybrid"] > means["vector"], Table(gains));
    }

    // nDCG with one relevant passage: the ideal ranking has a gain of one.
    private static double Gain(SearchAnswer answer, string passage)
    {
        var place = answer.Passages.Take(Depth).ToList().FindIndex(found => found.Document.Id == passage);
        return place < 0 ? 0 : 1 / Math.Log2(place + 2);
    }

    private static string Table(Dictionary<string, (string Kind, double Gain)[]> gains)
    {
        var table = new StringBuilder("nDCG@10 on tests/retrieval-set\n\n| questions | number | lexical | vector | hybrid | hybrid, vectors counted half |\n|---|---|---|---|---|---|\n");
        foreach (var kind in gains["hybrid"].Select(static question => question.Kind).Distinct().Append(null))
        {
            var means = gains.ToDictionary(
                static way => way.Key,
                way => way.Value.Where(question => kind is null || question.Kind == kind).Average(static question => question.Gain));
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {kind ?? "all"} | {gains["hybrid"].Count(question => kind is null || question.Kind == kind)} | {means["lexical"]:0.000} | {means["vector"]:0.000} | {means["hybrid"]:0.000} | {means["half"]:0.000} |");
        }

        return table.ToString();
    }

    private static IEnumerable<JsonNode> Lines(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "retrieval-set", file)).Select(static line => JsonNode.Parse(line)!);
}
