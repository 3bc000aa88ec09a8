namespace OrleansAi.Knowledge.Search;

/// <summary>A shard whose part of the collection is not in an answer.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Reason">Why, for the caller.</param>
public sealed record MissingShard(int Shard, string Reason);
