using OrleansAi.Journal;

namespace OrleansAi.Knowledge.Search;

/// <summary>Reciprocal-rank fusion: a passage's score is the weighted sum of 1 / (constant + place), over what the first place everywhere would give.</summary>
internal static class RankFusion
{
    public static List<(Passage Passage, ReadOnlyMemory<float> Vector)> Fuse(
        IReadOnlyList<Candidate> lexical, IReadOnlyList<Candidate> vector, RankingOptions options, bool hasText, bool hasVector)
    {
        var fused = new Dictionary<(string, ContentHash, int), (Passage Passage, ReadOnlyMemory<float> Vector, double Score)>();
        for (var i = 0; i < lexical.Count; i++)
        {
            var candidate = lexical[i];
            fused[Key(candidate)] = (
                New(candidate) with { LexicalRank = i + 1, LexicalScore = candidate.Score },
                candidate.Vector,
                options.LexicalWeight / (options.RankConstant + i + 1.0));
        }

        for (var i = 0; i < vector.Count; i++)
        {
            var candidate = vector[i];
            var (passage, floats, score) = fused.TryGetValue(Key(candidate), out var known) ? known : (New(candidate), candidate.Vector, 0);
            fused[Key(candidate)] = (
                passage with { VectorRank = i + 1, Similarity = candidate.Score },
                floats,
                score + (options.VectorWeight / (options.RankConstant + i + 1.0)));
        }

        // A question that came without text, or without a vector, is not measured by the ranking it could not have.
        var weights = (hasText ? options.LexicalWeight : 0) + (hasVector ? options.VectorWeight : 0);
        var best = weights / (options.RankConstant + 1.0);
        return
        [
            .. fused.Values
                .Select(entry => (Passage: entry.Passage with { Score = (float)(entry.Score / best) }, entry.Vector))
                .Where(entry => entry.Passage.Score >= options.ScoreThreshold)
                .OrderByDescending(static entry => entry.Passage.Score)
                .ThenByDescending(static entry => entry.Passage.Similarity)
                .ThenBy(static entry => entry.Passage.Document.Id, StringComparer.Ordinal)
                .ThenBy(static entry => entry.Passage.Chunk.Index),
        ];
    }

    private static Passage New(Candidate candidate) => new() { Document = candidate.Document, Chunk = candidate.Chunk, Score = 0 };

    private static (string, ContentHash, int) Key(Candidate candidate) =>
        (candidate.Document.Id, candidate.Chunk.DocumentHash, candidate.Chunk.Index);
}
