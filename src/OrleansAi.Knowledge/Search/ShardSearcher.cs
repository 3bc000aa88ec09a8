using System.Runtime.ExceptionServices;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Vectors;

namespace OrleansAi.Knowledge.Search;

/// <summary>Finds the candidates of one shard at one version. Safe for any number of threads.</summary>
/// <param name="snapshot">What the shard holds.</param>
public sealed class ShardSearcher(ShardSnapshot snapshot)
{
    // How many times as many are taken by the codes as are wanted by the exact order.
    private const int Oversampling = 4;
    private const int LeastScanned = 64;

    // Below that, handing work to another thread costs more than it saves.
    private const int LeastAtOnce = 2_000;

    /// <summary>What the shard holds.</summary>
    public ShardSnapshot Snapshot => snapshot;

    /// <summary>
    /// What BM25 must know of this shard. With more than one shard, ask all of them first and give each the sum: then scores can be compared, and
    /// they are what one big shard would give.
    /// </summary>
    public LexicalStatistics Statistics(string text)
    {
        var query = new LexicalQuery(snapshot.Analyzer, text);
        return Statistics(query);
    }

    /// <summary>The candidates of both rankings.</summary>
    /// <param name="request">The question.</param>
    /// <param name="statistics">The sum over all shards; null when this is the only one.</param>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.InvalidRequest"/>; <see cref="ErrorCodes.EmbeddingModelMismatch"/>: the question's vector comes from another model.
    /// </exception>
    public ShardAnswer Search(SearchRequest request, LexicalStatistics? statistics = null)
    {
        request.Check();
        var vector = request.Model is null ? null : new VectorQuery(request.Model, request.Vector.Span);
        if (vector is not null)
        {
            snapshot.Generation.Model.Require(vector.Model);
        }

        var allowed = snapshot.Segments.Select(view => Allowed(view, request)).ToArray();
        var ranking = request.Ranking;
        var (lexical, nearest) = (Array.Empty<Candidate>(), Array.Empty<Candidate>());
        Action byTerms = () => lexical = ranking.LexicalWeight > 0 ? Lexical(request, statistics, allowed) : [];
        Action byVector = () => nearest = ranking.VectorWeight > 0 && vector is not null ? Vector(request, vector, allowed) : [];
        if (snapshot.Chunks < LeastAtOnce || vector is null)
        {
            byTerms();
            byVector();
        }
        else
        {
            Both(byTerms, byVector);
        }

        return new ShardAnswer { Shard = snapshot.Shard, Version = snapshot.Version, Lexical = lexical, Vector = nearest };
    }

    // Each takes about half of the time, and neither needs the other. What one of them refuses is told as it is.
    private static void Both(Action one, Action other)
    {
        try
        {
            Parallel.Invoke(one, other);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    private LexicalStatistics Statistics(LexicalQuery query) => LexicalStatistics.Sum(
        query, snapshot.Segments.Select(view => view.Statistics(query)));

    private Candidate[] Lexical(SearchRequest request, LexicalStatistics? statistics, ChunkBitmap[] allowed)
    {
        var query = new LexicalQuery(snapshot.Analyzer, request.Text);
        if (query.Terms.Count == 0)
        {
            return [];
        }

        statistics ??= Statistics(query);
        if (statistics.Frequencies.Count != query.Terms.Count)
        {
            throw new OrleansAiException(ErrorCodes.InvalidRequest, "The statistics are those of another question.") { Param = "query" };
        }

        var top = new TopChunks(request.Ranking.Candidates, atLeast: 0);
        for (var i = 0; i < allowed.Length; i++)
        {
            top.Segment = i;
            Bm25.Score(query, statistics, snapshot.Segments[i].Segment.Lexical, allowed[i], ref top);
        }

        return [.. top.Take().Select(found => Candidate(request, found.Segment, found.Chunk, found.Score))];
    }

    private Candidate[] Vector(SearchRequest request, VectorQuery query, ChunkBitmap[] allowed)
    {
        var ranking = request.Ranking;
        var scan = new TopChunks(Math.Max(ranking.Candidates * Oversampling, LeastScanned), float.NegativeInfinity);
        for (var i = 0; i < allowed.Length; i++)
        {
            scan.Segment = i;
            snapshot.Segments[i].Segment.Vectors.Scan(query, allowed[i], ref scan);
        }

        return
        [
            .. scan.Take()
                .Select(found => found with { Score = snapshot.Segments[found.Segment].Segment.Vectors.Cosine(query, found.Chunk) })
                .Where(found => found.Score >= ranking.MinSimilarity)
                .OrderByDescending(static found => found.Score)
                .Take(ranking.Candidates)
                .Select(found => Candidate(request, found.Segment, found.Chunk, found.Score)),
        ];
    }

    private static ChunkBitmap Allowed(SegmentView view, SearchRequest request) => request.Filter is { } filter
        ? view.Segment.Chunks.ChunksOf(document => view.Document(document) is { } alive && filter.Matches(alive.Attributes))
        : view.Live;

    private Candidate Candidate(SearchRequest request, int segment, int chunk, float score)
    {
        var view = snapshot.Segments[segment];
        var part = view.Segment;
        var vector = ReadOnlyMemory<float>.Empty;
        if (request.Ranking.Diversity is not null)
        {
            var floats = new float[part.Vectors.Model.Dimensions];
            part.Vectors.Write(chunk, floats);
            vector = floats;
        }

        return new Candidate
        {
            Document = view.Document(part.Chunks.DocumentOf(chunk))!,
            Chunk = part.Chunks[chunk],
            Score = score,
            Vector = vector,
        };
    }
}
