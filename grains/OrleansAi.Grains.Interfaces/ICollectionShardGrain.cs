using OrleansAi.Contracts.Collections;

namespace OrleansAi.Grains;

/// <summary>
/// A part of a collection's index, in memory. The key is <c>tenant/id/number</c>. It knows nothing that it could not load again: a
/// question names the version that it is about, and a shard that has another one asks the owner what is different.
/// </summary>
[Alias("orleansai.grains.collection-shard")]
public interface ICollectionShardGrain : IGrainWithStringKey
{
    /// <summary>Counts the terms of a question.</summary>
    [Alias("count")]
    Task<ShardCounts> Count(ShardQuestion question);

    /// <summary>Finds the candidates of a question.</summary>
    [Alias("find")]
    Task<ShardFindings> Find(ShardQuestion question);
}
