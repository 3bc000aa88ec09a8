using System.Buffers;
using System.Text;
using OrleansAi.Knowledge.Segments;

namespace OrleansAi.Knowledge.Lexical;

/// <summary>Okapi BM25 with the usual constants.</summary>
internal static class Bm25
{
    private const float K1 = 1.2f;
    private const float B = 0.75f;

    /// <summary>Offers the allowed chunks of a segment that have a term of the query, with their scores.</summary>
    public static void Score(LexicalQuery query, LexicalStatistics statistics, LexicalSegment segment, ChunkBitmap allowed, ref TopChunks top)
    {
        if (statistics.Chunks == 0 || allowed.Count == 0)
        {
            return;
        }

        var scores = ArrayPool<float>.Shared.Rent(segment.Chunks);
        try
        {
            scores.AsSpan(0, segment.Chunks).Clear();
            var average = Math.Max(1f, (float)statistics.TotalLength / statistics.Chunks);
            for (var i = 0; i < query.Terms.Count; i++)
            {
                var term = segment.Find(Encoding.UTF8.GetBytes(query.Terms[i].Term));
                if (term >= 0)
                {
                    Add(segment, term, query.Terms[i].Count * Weight(statistics.Chunks, statistics.Frequencies[i]), average, scores);
                }
            }

            for (var chunk = 0; chunk < segment.Chunks; chunk++)
            {
                if (scores[chunk] > top.Threshold && allowed[chunk])
                {
                    top.Offer(chunk, scores[chunk]);
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    private static void Add(LexicalSegment segment, int term, float weight, float average, float[] scores)
    {
        var lengths = segment.Lengths;
        var reader = segment.Postings(term);
        while (reader.Read())
        {
            float count = reader.Count;
            var length = K1 * (1 - B + (B * lengths[reader.Chunk] / average));
            scores[reader.Chunk] += weight * (K1 + 1) * count / (count + length);
        }
    }

    private static float Weight(long chunks, long frequency) => (float)Math.Log(1 + ((chunks - frequency + 0.5) / (frequency + 0.5)));
}
