using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Vectors;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>
/// How fast Markdown documents become segments, stage by stage, with an embedding that costs what a lexical one must. The documents are made of
/// the sentences of the retrieval set: a tokenizer takes made-up words for much longer than those of a language.
/// </summary>
internal static class KnowledgeIngestion
{
    private const int Documents = 300;
    private const int DocumentsOfASegment = 50;

    public static void Run(EmbeddingModel model)
    {
        var random = new Random(3);
        string[] sentences =
        [
            .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "retrieval-set", "passages.jsonl"))
                .SelectMany(static line => ((string)JsonNode.Parse(line)!["text"]!).Split(". ")),
        ];
        DocumentSource[] sources =
        [
            .. Enumerable.Range(0, Documents).Select(i => new DocumentSource($"d{i}.md", Encoding.UTF8.GetBytes(Markdown(random, sentences)))),
        ];
        Console.WriteLine("| ingestion, chunks/s | tokens in a chunk | extract | chunk | embed | index | all, one thread | all, every processor |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var options in new[] { new ChunkingOptions(), new ChunkingOptions { MaxTokens = 200, OverlapTokens = 40 } })
        {
            Ingest(sources[..30], options, model);
            var one = Ingest(sources, options, model);
            var clock = Stopwatch.StartNew();
            Parallel.ForEach(sources.Chunk(DocumentsOfASegment), part => Ingest(part, options, model));
            var every = one.Chunks / clock.Elapsed.TotalSeconds;
            Console.WriteLine(FormattableString.Invariant(
                $"| at most {options.MaxTokens} tokens, {options.OverlapTokens} repeated | {one.Tokens / one.Chunks:0} | {one.Rate(0):#,0} | {one.Rate(1):#,0} | {one.Rate(2):#,0} | {one.Rate(3):#,0} | {one.Chunks / one.Stages.Sum(static stage => stage.TotalSeconds):#,0} | {every:#,0} |"));
        }

        Console.WriteLine();
    }

    private static string Markdown(Random random, string[] sentences)
    {
        var text = new StringBuilder();
        for (var section = 0; section < 12; section++)
        {
            text.Append("## Section ").Append(section).Append("\n\n");
            for (var paragraph = 0; paragraph < 6; paragraph++)
            {
                text.AppendJoin(". ", Enumerable.Range(0, 6).Select(_ => sentences[random.Next(sentences.Length)])).Append(".\n\n");
            }
        }

        return text.ToString();
    }

    private static Result Ingest(DocumentSource[] sources, ChunkingOptions options, EmbeddingModel model)
    {
        var extractor = new DocumentExtractor(new DocumentLimits(), TimeProvider.System);
        var builder = new KnowledgeSegmentBuilder(model, TextAnalyzer.English);
        var (stages, tokens) = (new TimeSpan[4], 0.0);
        foreach (var source in sources)
        {
            var clock = Stopwatch.StartNew();
            var document = extractor.ExtractAsync(source, CancellationToken.None).GetAwaiter().GetResult();
            stages[0] += Lap(clock);
            var chunks = Chunker.Cut(document, options);
            stages[1] += Lap(clock);
            ReadOnlyMemory<float>[] vectors = [.. chunks.Select(chunk => NgramEmbedding.Embed(chunk.EmbeddingTextOf(document)))];
            stages[2] += Lap(clock);
            builder.Add(source.Name, document, chunks, vectors);
            stages[3] += Lap(clock);
            tokens += chunks.Sum(static chunk => chunk.Tokens);
        }

        var ended = Stopwatch.StartNew();
        var segment = builder.Build();
        stages[3] += ended.Elapsed;
        return new Result(segment.Count, tokens, stages);
    }

    private static TimeSpan Lap(Stopwatch clock)
    {
        var elapsed = clock.Elapsed;
        clock.Restart();
        return elapsed;
    }

    private sealed record Result(int Chunks, double Tokens, TimeSpan[] Stages)
    {
        public double Rate(int stage) => Chunks / Stages[stage].TotalSeconds;
    }
}
