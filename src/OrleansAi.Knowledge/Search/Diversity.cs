using System.Numerics.Tensors;

namespace OrleansAi.Knowledge.Search;

/// <summary>Chooses passages that do not repeat each other.</summary>
internal static class Diversity
{
    public static IReadOnlyList<Passage> Choose(IReadOnlyList<(Passage Passage, ReadOnlyMemory<float> Vector)> fused, RankingOptions options)
    {
        var chosen = new List<Passage>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var left = fused.Select(static entry => new Entry(entry.Passage, entry.Vector)).ToList();
        while (chosen.Count < options.MaxResults && left.Count > 0)
        {
            var best = options.Diversity is { } share ? Best(left, share) : 0;
            var entry = left[best];
            left.RemoveAt(best);
            var count = counts.GetValueOrDefault(entry.Passage.Document.Id);
            if (count >= options.MaxPerDocument)
            {
                continue;
            }

            counts[entry.Passage.Document.Id] = count + 1;
            chosen.Add(entry.Passage);
            if (options.Diversity is not null)
            {
                left.ForEach(other => other.Likeness = Math.Max(other.Likeness, TensorPrimitives.Dot(other.Vector.Span, entry.Vector.Span)));
            }
        }

        return chosen;
    }

    private static int Best(List<Entry> left, float share)
    {
        var (best, bestScore) = (0, float.NegativeInfinity);
        for (var i = 0; i < left.Count; i++)
        {
            var score = (share * left[i].Passage.Score) - ((1 - share) * left[i].Likeness);
            if (score > bestScore)
            {
                (best, bestScore) = (i, score);
            }
        }

        return best;
    }

    private sealed class Entry(Passage passage, ReadOnlyMemory<float> vector)
    {
        public Passage Passage => passage;

        public ReadOnlyMemory<float> Vector => vector;

        /// <summary>The largest cosine to a passage that was chosen.</summary>
        public float Likeness { get; set; }
    }
}
