using System.Text;
using OrleansAi.Knowledge.Segments;

namespace OrleansAi.Knowledge.Lexical;

/// <summary>
/// What BM25 must know of all live chunks before it can score one. Summed over the shards of a collection it makes the
/// scores of every shard comparable, and the same as those of one big shard.
/// </summary>
/// <param name="Chunks">How many live chunks there are.</param>
/// <param name="TotalLength">How many terms they have together.</param>
/// <param name="Frequencies">For each term of the query, in its order, how many of them have it.</param>
public sealed record LexicalStatistics(long Chunks, long TotalLength, IReadOnlyList<long> Frequencies)
{
    /// <summary>Counts in one segment.</summary>
    /// <param name="query">The question.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="live">Its live chunks.</param>
    /// <param name="liveLength">How many terms they have.</param>
    internal static LexicalStatistics Of(LexicalQuery query, LexicalSegment segment, ChunkBitmap live, long liveLength)
    {
        var frequencies = new long[query.Terms.Count];
        for (var i = 0; i < frequencies.Length; i++)
        {
            var term = segment.Find(Encoding.UTF8.GetBytes(query.Terms[i].Term));
            frequencies[i] = term < 0 ? 0 : segment.Frequency(term, live);
        }

        return new LexicalStatistics(live.Count, liveLength, frequencies);
    }

    /// <summary>The sum of several, all of the same query.</summary>
    public static LexicalStatistics Sum(LexicalQuery query, IEnumerable<LexicalStatistics> parts)
    {
        var (chunks, length, frequencies) = (0L, 0L, new long[query.Terms.Count]);
        foreach (var part in parts)
        {
            chunks += part.Chunks;
            length += part.TotalLength;
            for (var i = 0; i < frequencies.Length; i++)
            {
                frequencies[i] += part.Frequencies[i];
            }
        }

        return new LexicalStatistics(chunks, length, frequencies);
    }
}
