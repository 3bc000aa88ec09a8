using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
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

namespace OrleansAi.Benchmarks;

/// <summary>
/// One shard of 100,000 chunks of 384 dimensions: what a hybrid question costs one caller, how much of the exact answer the 8-bit codes find, what the
/// vectors take in memory, and how fast documents become a segment. No host, no storage, no network.
/// </summary>
internal static class KnowledgeSearch
{
    private const int Chunks = 100_000;
    private const int Questions = 400;
    private static readonly EmbeddingModel Model = new("benchmark/ngram", NgramEmbedding.Dimensions);

    public static void Run()
    {
        var corpus = new SyntheticText(seed: 1);
        KnowledgeIngestion.Run(Model);
        var (segment, vectors) = Build(corpus);
        var snapshot = Snapshot(segment);
        var searcher = new HybridSearcher(snapshot);
        var questions = Enumerable.Range(0, Questions).Select(_ => corpus.Question()).Select(static text => (Text: text, Vector: NgramEmbedding.Embed(text))).ToArray();
        var fewer = new HybridSearcher(snapshot.Apply(WithoutEveryTenth(snapshot), _ => segment));
        var tenth = new ComparisonFilter("group", ComparisonOperator.Eq, 3);
        var ways = new (string Name, HybridSearcher Searcher, SearchRequest Request)[]
        {
            ("hybrid", searcher, new SearchRequest()),
            ("lexical alone", searcher, new SearchRequest { Ranking = new RankingOptions { VectorWeight = 0 } }),
            ("vector alone", searcher, new SearchRequest { Ranking = new RankingOptions { LexicalWeight = 0 } }),
            ("hybrid, a filter that lets a tenth pass", searcher, new SearchRequest { Filter = tenth }),
            ("hybrid, a tenth of the documents deleted", fewer, new SearchRequest()),
            ("hybrid, with diversity", searcher, new SearchRequest { Ranking = new RankingOptions { Diversity = 0.5f } }),
        };
        foreach (var (_, target, request) in ways)
        {
            Measure(target, questions, request);
        }

        Console.WriteLine($"| one caller, {Chunks:#,0} chunks | p50 ms | p95 ms | p99 ms |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (name, target, request) in ways)
        {
            var times = Measure(target, questions, request);
            Print($"| {name} | {Load.Percentile(times, 0.50):0.00} | {Load.Percentile(times, 0.95):0.00} | {Load.Percentile(times, 0.99):0.00} |");
        }

        Console.WriteLine("\n| figure | value |\n|---|---|");
        Print($"| recall@10 of questions, against exact floats | {Recall(searcher, vectors, [.. questions.Take(200).Select(static question => question.Vector)]):0.0000} |");
        Print($"| recall@10 of random vectors | {RandomRecall():0.0000} |");
        Print($"| vectors in memory | {segment.Vectors.ResidentBytes / 1e6:0.0} MB |");
        Print($"| inverted index in memory | {segment.Lexical.ResidentBytes / 1e6:0.0} MB, {segment.Lexical.Terms:#,0} terms |");
        Print($"| new version: a document replaced in a shard of 10,000 | {Publish(snapshot, segment):0.00} ms |");
        var clock = Stopwatch.StartNew();
        var bytes = segment.ToBytes();
        Print($"| segment stored | {bytes.Length / 1e6:0.0} MB, written in {clock.Elapsed.TotalSeconds:0.00} s |");
        clock.Restart();
        KnowledgeSegment.Read(bytes);
        Print($"| segment loaded | {clock.Elapsed.TotalSeconds:0.00} s |");
        clock.Restart();
        KnowledgeSegment.Merge([(segment, ChunkBitmap.Where(Chunks, static chunk => chunk % 10 != 0))]);
        Print($"| merge that drops a tenth | {clock.Elapsed.TotalSeconds:0.00} s |");
    }

    private static double[] Measure(HybridSearcher searcher, (string Text, float[] Vector)[] questions, SearchRequest ask)
    {
        var times = new double[questions.Length];
        for (var i = 0; i < questions.Length; i++)
        {
            var request = ask with { Text = questions[i].Text, Vector = questions[i].Vector, Model = Model };
            var started = Stopwatch.GetTimestamp();
            var answer = searcher.Search(request);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (answer.Passages.Count != ask.Ranking.MaxResults)
            {
                throw new InvalidOperationException($"{answer.Passages.Count} passages were found.");
            }
        }

        Array.Sort(times);
        return times;
    }

    private static (KnowledgeSegment Segment, float[][] Vectors) Build(SyntheticText corpus)
    {
        var builder = new KnowledgeSegmentBuilder(Model, TextAnalyzer.English, Chunks);
        var vectors = new float[Chunks][];
        for (var i = 0; i < Chunks; i++)
        {
            var text = corpus.Passage(words: 100);
            vectors[i] = NgramEmbedding.Embed(text);
            var hash = ContentHash.Of(BitConverter.GetBytes(i / 10));
            builder.Add($"d{i / 10}", new Chunk
            {
                DocumentHash = hash,
                Index = i % 10,
                Span = new TextSpan(i % 10 * 600, text.Length),
                Source = new TextSpan(i % 10 * 600, text.Length),
                HeadingPath = [],
                Tokens = 130,
                Hash = hash,
            }, text, vectors[i]);
        }

        return (builder.Build(), vectors);
    }

    private static ShardSnapshot Snapshot(KnowledgeSegment segment) => ShardSnapshot.Create(0, new Manifest
    {
        Version = 1,
        Generation = new IndexGeneration { Number = 1, Model = Model, Analyzer = TextAnalyzer.English.Name, Chunking = new ChunkingOptions() },
        Segments = [new SegmentRef("s", 0, 1, segment.Count, 0)],
        Documents = segment.Chunks.Documents.ToDictionary(static document => document.Id, static document => new ManifestDocument
        {
            Id = document.Id,
            Hash = document.Hash,
            Name = document.Id,
            Attributes = new Dictionary<string, AttributeValue> { ["group"] = int.Parse(document.Id.AsSpan(1), CultureInfo.InvariantCulture) % 10 },
            Segments = ["s"],
        }),
    }, _ => segment);

    private static ManifestChange WithoutEveryTenth(ShardSnapshot snapshot) => new()
    {
        From = 1,
        To = 2,
        Added = [],
        Removed = [],
        Documents = snapshot.Segments[0].Segment.Chunks.Documents.Where(static (_, i) => i % 10 == 0)
            .ToDictionary(static document => document.Id, static _ => (ManifestDocument?)null),
    };

    private static double Publish(ShardSnapshot snapshot, KnowledgeSegment segment)
    {
        var known = segment.Chunks.Documents[5_000];
        var change = new ManifestChange
        {
            From = 1,
            To = 2,
            Added = [],
            Removed = [],
            Documents = new Dictionary<string, ManifestDocument?>
            {
                [known.Id] = new() { Id = known.Id, Hash = ContentHash.Of([]), Name = known.Id, Attributes = new Dictionary<string, AttributeValue>(), Segments = [] },
            },
        };
        var times = new double[50];
        for (var i = 0; i < times.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            snapshot.Apply(change, _ => segment);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        Array.Sort(times);
        return Load.Percentile(times, 0.5);
    }

    private static double Recall(HybridSearcher searcher, float[][] vectors, float[][] questions)
    {
        var hits = 0;
        foreach (var question in questions)
        {
            var found = searcher.Search(new SearchRequest { Vector = question, Model = Model }).Passages
                .Select(static passage => (int.Parse(passage.Document.Id.AsSpan(1), CultureInfo.InvariantCulture) * 10) + passage.Chunk.Index);
            hits += found.Intersect(Exact(vectors, question)).Count();
        }

        return hits / (10.0 * questions.Length);
    }

    // The hardest case: nothing is near anything.
    private static double RandomRecall()
    {
        var random = new Random(2);
        float[] Vector() => [.. Enumerable.Range(0, Model.Dimensions).Select(_ => (random.NextSingle() * 2) - 1)];
        var vectors = Enumerable.Range(0, 20_000).Select(_ => Vector()).ToArray();
        var builder = new KnowledgeSegmentBuilder(Model, TextAnalyzer.English, vectors.Length);
        for (var i = 0; i < vectors.Length; i++)
        {
            var hash = ContentHash.Of(BitConverter.GetBytes(i / 10));
            builder.Add($"d{i / 10}", new Chunk
            {
                DocumentHash = hash,
                Index = i % 10,
                Span = default,
                Source = default,
                HeadingPath = [],
                Tokens = 1,
                Hash = hash,
            }, "x", vectors[i]);
        }

        return Recall(new HybridSearcher(Snapshot(builder.Build())), vectors, [.. Enumerable.Range(0, 100).Select(_ => Vector())]);
    }

    private static IEnumerable<int> Exact(float[][] vectors, float[] question) => Enumerable.Range(0, vectors.Length)
        .Select(i => (Chunk: i, Score: TensorPrimitives.CosineSimilarity(vectors[i], question)))
        .OrderByDescending(static entry => entry.Score).Take(10).Select(static entry => entry.Chunk);

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
