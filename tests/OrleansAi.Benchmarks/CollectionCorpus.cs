using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Embeddings;

namespace OrleansAi.Benchmarks;

/// <summary>
/// Markdown documents made of the sentences of the retrieval set, and the exact vectors of their chunks: a tokenizer takes made-up words for much longer
/// than those of a language.
/// </summary>
/// <param name="sections">How many sections a document has, of about six chunks each.</param>
internal sealed class CollectionCorpus(int sections)
{
    /// <summary>How documents are cut.</summary>
    public static readonly ChunkingOptions Chunking = new() { MaxTokens = 200, OverlapTokens = 40 };

    private readonly string[] _sentences =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "retrieval-set", "passages.jsonl"))
            .SelectMany(static line => ((string)JsonNode.Parse(line)!["text"]!).Split(". ")),
    ];

    /// <summary>A document. The same number gives the same one.</summary>
    public string Document(int number)
    {
        var random = new Random(number);
        var text = new StringBuilder();
        for (var section = 0; section < sections; section++)
        {
            text.Append(CultureInfo.InvariantCulture, $"## Section {section} of document {number}\n\n");
            for (var paragraph = 0; paragraph < 6; paragraph++)
            {
                text.AppendJoin(". ", Enumerable.Range(0, 6).Select(_ => _sentences[random.Next(_sentences.Length)])).Append(".\n\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Some words in the order of a text, among others.</summary>
    public string Question(Random random) => string.Join(' ', _sentences[random.Next(_sentences.Length)].Split(' ').Take(6)
        .Concat(_sentences[random.Next(_sentences.Length)].Split(' ').Take(3)));

    /// <summary>The chunks of a document and what of them is embedded.</summary>
    public async Task<IReadOnlyList<string>> ChunksAsync(int number)
    {
        var extractor = new DocumentExtractor(new DocumentLimits(), TimeProvider.System);
        var source = new DocumentSource($"{number}.md", Encoding.UTF8.GetBytes(Document(number)));
        var document = await extractor.ExtractAsync(source, CancellationToken.None);
        return [.. Chunker.Cut(document, Chunking).Select(chunk => chunk.EmbeddingTextOf(document))];
    }

    /// <summary>The vectors that the built-in embedding gives texts.</summary>
    public static async Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<string> texts)
    {
        using var catalog = new EmbeddingCatalog(Options.Create(new RoutingOptions()), TimeProvider.System, NullLoggerFactory.Instance);
        var request = new EmbeddingRequest { Inputs = texts, Deadline = TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds() };
        var result = (await new EmbeddingExecutor(catalog).EmbedAsync(request, CancellationToken.None)).ThrowIfFailed();
        return [.. Enumerable.Range(0, texts.Count).Select(result.Vectors.ToArray)];
    }

    /// <summary>How many of the chunks that were found are among the ten nearest, or as near as the tenth.</summary>
    public static int Hits(IReadOnlyDictionary<(int Document, int Index), float[]> vectors, float[] question, IEnumerable<(int Document, int Index)> found)
    {
        var tenth = vectors.Values.Select(vector => TensorPrimitives.CosineSimilarity(vector, question)).OrderDescending().Take(10).Last();
        return found.Count(chunk => TensorPrimitives.CosineSimilarity(vectors[chunk], question) >= tenth - 1e-6f);
    }
}
