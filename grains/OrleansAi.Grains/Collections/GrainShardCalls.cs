using OrleansAi.Collections.Search;
using OrleansAi.Contracts.Collections;

namespace OrleansAi.Grains.Collections;

/// <summary>The shards of one collection as grains.</summary>
internal sealed class GrainShardCalls(IGrainFactory grains, string stream) : IShardCalls
{
    public Task<ShardCounts> CountAsync(int shard, ShardQuestion question) => Shard(shard).Count(question);

    public Task<ShardFindings> FindAsync(int shard, ShardQuestion question) => Shard(shard).Find(question);

    private ICollectionShardGrain Shard(int number) =>
        grains.GetGrain<ICollectionShardGrain>(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{stream}/{number}"));
}
