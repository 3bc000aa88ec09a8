namespace OrleansAi.Knowledge.Search;

/// <summary>What one shard found, before anything is fused: fusing counts places, and places are known only when all shards are heard.</summary>
public sealed record ShardAnswer
{
    /// <summary>The shard.</summary>
    public required int Shard { get; init; }

    /// <summary>The version it answered with.</summary>
    public required long Version { get; init; }

    /// <summary>The best by BM25, best first.</summary>
    public required IReadOnlyList<Candidate> Lexical { get; init; }

    /// <summary>The best by cosine, best first.</summary>
    public required IReadOnlyList<Candidate> Vector { get; init; }
}
