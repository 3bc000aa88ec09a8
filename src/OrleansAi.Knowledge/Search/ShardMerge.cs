using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Search;

/// <summary>Makes one answer of those of all shards. What is missing is named, never left out in silence.</summary>
public static class ShardMerge
{
    /// <summary>Merges.</summary>
    /// <param name="request">The question.</param>
    /// <param name="version">The version that the answer must be of; an answer of another one counts as missing.</param>
    /// <param name="shards">The shards that the version has.</param>
    /// <param name="answers">The answers that came in time.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public static SearchAnswer Merge(SearchRequest request, long version, IReadOnlyList<int> shards, IReadOnlyList<ShardAnswer> answers)
    {
        request.Check();
        var (used, missing) = (new List<ShardAnswer>(), new List<MissingShard>());
        foreach (var shard in shards)
        {
            var answer = answers.FirstOrDefault(answer => answer.Shard == shard && answer.Version == version);
            if (answer is not null)
            {
                used.Add(answer);
                continue;
            }

            var other = answers.FirstOrDefault(answer => answer.Shard == shard);
            missing.Add(new MissingShard(shard, other is null ? "no answer in time" : $"answered with version {other.Version} instead of {version}"));
        }

        var fused = RankFusion.Fuse(
            Best(used.SelectMany(static answer => answer.Lexical), request.Ranking),
            Best(used.SelectMany(static answer => answer.Vector), request.Ranking),
            request.Ranking,
            hasText: request.Text.Length > 0,
            hasVector: request.Model is not null);
        return new SearchAnswer { Version = version, Passages = Diversity.Choose(fused, request.Ranking), Missing = missing };
    }

    private static Candidate[] Best(IEnumerable<Candidate> candidates, RankingOptions ranking) =>
    [
        .. candidates
            .OrderByDescending(static candidate => candidate.Score)
            .ThenBy(static candidate => candidate.Document.Id, StringComparer.Ordinal)
            .ThenBy(static candidate => candidate.Chunk.Index)
            .Take(ranking.Candidates),
    ];
}
