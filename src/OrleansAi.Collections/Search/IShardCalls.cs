using OrleansAi.Contracts.Collections;

namespace OrleansAi.Collections.Search;

/// <summary>The way to the shards of a collection.</summary>
public interface IShardCalls
{
    /// <summary>Counts the terms of a question.</summary>
    Task<ShardCounts> CountAsync(int shard, ShardQuestion question);

    /// <summary>Finds the candidates of a question.</summary>
    Task<ShardFindings> FindAsync(int shard, ShardQuestion question);
}
