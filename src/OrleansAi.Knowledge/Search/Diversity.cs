using System.Numerics.Tensors;

namespace OrleansAi.Knowledge.Search;

/// <summary>Chooses passages that do not repeat each other.</summary>
internal static class Diversity
{
    public static IReadOnlyList<Passage> Choose(IReadOnlyList<(Passage Passage, ReadOnlyMemory<float> Vector)> fused, RankingOptions options)
    {
        var (chosen, vectors) = (new List<Passage>(), new List<ReadOnlyMemory<float>>());
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var left = fused.ToList();
        while (chosen.Count < options.MaxResults && left.Count > 0)
        {
            var best = options.Diversity is { } share ? Best(left, vectors, share) : 0;
            var (passage, vector) = left[best];
            left.RemoveAt(best);
            var count = counts.GetValueOrDefault(passage.Document.Id);
            if (count >= options.MaxPerDocument)
            {
                continue;
            }

            counts[passage.Document.Id] = count + 1;
            chosen.Add(passage);
            vectors.Add(vector);
        }

        return chosen;
    }

    private static int Best(List<(Passage Passage, ReadOnlyMemory<float> Vector)> left, List<ReadOnlyMemory<float>> chosen, float share)
    {
        var (best, bestScore) = (0, float.NegativeInfinity);
        for (var i = 0; i < left.Count; i++)
        {
            var likeness = 0f;
            foreach (var vector in chosen)
            {
                likeness = Math.Max(likeness, TensorPrimitives.Dot(left[i].Vector.Span, vector.Span));
            }

            var score = (share * left[i].Passage.Score) - ((1 - share) * likeness);
            if (score > bestScore)
            {
                (best, bestScore) = (i, score);
            }
        }

        return best;
    }
}
