using System.Runtime.InteropServices;
using System.Text.Json;
using OrleansAi.Contracts.Collections;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Filters;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Search;
using OrleansAi.Knowledge.Vectors;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Search;

/// <summary>Questions and findings as they travel, and as they are searched with.</summary>
internal static class ShardWords
{
    private static readonly Dictionary<string, AttributeValue> NoAttributes = [];

    public static SearchRequest RequestOf(ShardQuestion question)
    {
        var vector = new float[question.Vector.Length / sizeof(float)];
        question.Vector.CopyTo(MemoryMarshal.AsBytes(vector.AsSpan()));
        return new SearchRequest
        {
            Text = question.Text,
            Vector = vector,
            Model = question.Model is { } model ? new EmbeddingModel(model, vector.Length) : null,
            Filter = FilterOf(question.Filter),
            Ranking = new RankingOptions
            {
                MaxResults = question.MaxResults,
                LexicalWeight = question.LexicalWeight,
                VectorWeight = question.VectorWeight,
            },
        };
    }

    public static AttributeFilter? FilterOf(string? json)
    {
        if (json is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return AttributeFilterReader.Read(document.RootElement);
        }
        catch (JsonException)
        {
            throw CollectionErrors.Invalid("The filter is not JSON.", "filters");
        }
    }

    public static ShardCounts Of(LexicalStatistics statistics) => new()
    {
        Chunks = statistics.Chunks,
        TotalLength = statistics.TotalLength,
        Frequencies = statistics.Frequencies,
    };

    public static LexicalStatistics Of(ShardCounts counts) => new(counts.Chunks, counts.TotalLength, counts.Frequencies);

    public static ShardFindings Of(ShardAnswer answer) => new()
    {
        Version = answer.Version,
        Lexical = [.. answer.Lexical.Select(Of)],
        Vector = [.. answer.Vector.Select(Of)],
    };

    public static ShardAnswer Of(int shard, ShardFindings findings) => new()
    {
        Shard = shard,
        Version = findings.Version,
        Lexical = [.. findings.Lexical.Select(Of)],
        Vector = [.. findings.Vector.Select(Of)],
    };

    private static ShardHit Of(Candidate candidate) => new()
    {
        DocumentId = candidate.Document.Id,
        DocumentHash = candidate.Document.Hash.ToString(),
        Index = candidate.Chunk.Index,
        Start = candidate.Chunk.Span.Start,
        Length = candidate.Chunk.Span.Length,
        Tokens = candidate.Chunk.Tokens,
        HeadingPath = candidate.Chunk.HeadingPath,
        Score = candidate.Score,
    };

    // What else there is to know of the document and the chunk is looked up for the few that are in the answer.
    private static Candidate Of(ShardHit hit)
    {
        var hash = ContentHash.Parse(hit.DocumentHash);
        return new Candidate
        {
            Document = new ManifestDocument { Id = hit.DocumentId, Hash = hash, Name = "", Attributes = NoAttributes, Segments = [] },
            Chunk = new Chunk
            {
                DocumentHash = hash,
                Index = hit.Index,
                Span = new TextSpan(hit.Start, hit.Length),
                Source = default,
                HeadingPath = hit.HeadingPath,
                Tokens = hit.Tokens,
                Hash = default,
            },
            Score = hit.Score,
        };
    }
}
