using OrleansAi.Journal;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Filters;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Search;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Vectors;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Testing;

namespace OrleansAi.Tests.Unit.Knowledge;

/// <summary>What the tests of knowledge build their indexes with.</summary>
internal static class Indexes
{
    public static readonly EmbeddingModel Model = new("test/ngram", NgramEmbedding.Dimensions);

    public static readonly IndexGeneration Generation = new()
    {
        Number = 1,
        Model = Model,
        Analyzer = TextAnalyzer.English.Name,
        Chunking = new ChunkingOptions(),
    };

    private static readonly string[] Words = "amber basil cedar delta ember fjord grove heron iris jade kelp lotus maple north ochre pearl quartz river slate thorn umber vale willow xenon yarrow zephyr".Split(' ');

    public static ContentHash Hash(string text) => ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>A document of one chunk for each text.</summary>
    public static void Add(this KnowledgeSegmentBuilder builder, string id, params string[] texts)
    {
        for (var i = 0; i < texts.Length; i++)
        {
            builder.Add(id, Chunk(string.Join('\n', texts), i, texts[i]), texts[i], NgramEmbedding.Embed(texts[i]));
        }
    }

    public static Chunk Chunk(string source, int index, string text) => new()
    {
        DocumentHash = Hash(source),
        Index = index,
        Span = new TextSpan(index * 10, text.Length),
        Source = new TextSpan(index * 10, text.Length),
        HeadingPath = [],
        Tokens = text.Length,
        Hash = Hash(text),
    };

    public static KnowledgeSegment Segment(params (string Id, string[] Texts)[] documents)
    {
        var builder = new KnowledgeSegmentBuilder(Model, TextAnalyzer.English);
        foreach (var (id, texts) in documents)
        {
            builder.Add(id, texts);
        }

        return builder.Build();
    }

    /// <summary>A manifest of documents in segments; a document is in the segments whose table has it.</summary>
    public static Manifest Manifest(
        long version, IReadOnlyList<(string Id, int Shard, KnowledgeSegment Segment)> segments, Func<string, Dictionary<string, AttributeValue>>? attributes = null) => new()
    {
        Version = version,
        Generation = Generation,
        Segments = [.. segments.Select(static part => new SegmentRef(part.Id, part.Shard, 1, part.Segment.Count, 1))],
        Documents = segments.SelectMany(part => part.Segment.Chunks.Documents.Select(document => (document, part.Id)))
            .GroupBy(static entry => entry.document)
            .ToDictionary(static group => group.Key.Id, group => new ManifestDocument
            {
                Id = group.Key.Id,
                Hash = group.Key.Hash,
                Name = $"{group.Key.Id}.txt",
                Attributes = attributes?.Invoke(group.Key.Id) ?? [],
                Segments = [.. group.Select(static entry => entry.Id)],
            }),
    };

    /// <summary>One shard with one segment.</summary>
    public static ShardSnapshot Snapshot(KnowledgeSegment segment, Func<string, Dictionary<string, AttributeValue>>? attributes = null) =>
        ShardSnapshot.Create(0, Manifest(1, [("s", 0, segment)], attributes), _ => segment);

    public static SearchRequest Ask(string text, RankingOptions? ranking = null, AttributeFilter? filter = null) => new()
    {
        Text = text,
        Vector = NgramEmbedding.Embed(text),
        Model = Model,
        Filter = filter,
        Ranking = ranking ?? new RankingOptions(),
    };

    public static string Text(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[(int)(Words.Length * Math.Pow(random.NextDouble(), 2))] + (random.Next(3) == 0 ? $"{random.Next(100)}" : "")));
}
