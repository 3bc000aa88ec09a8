using System.Globalization;
using Orleans.Concurrency;
using Orleans.Placement;
using OrleansAi.Collections.Search;
using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Ids;
using OrleansAi.Grains.Conversations;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Collections;

/// <summary>One shard of a collection. Reentrant: while a version is loaded, questions to another one are answered.</summary>
[Reentrant]
[HashBasedPlacement]
internal sealed class CollectionShardGrain : Grain, ICollectionShardGrain
{
    private readonly CollectionShard _shard;

    public CollectionShardGrain(IJournal journal, IdSource ids, TimeProvider time, IGrainContext context)
    {
        var key = context.GrainId.Key.ToString()!;
        var slash = key.LastIndexOf('/');
        var (stream, number) = (key[..slash], int.Parse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        journal = new GrainJournal(journal);
        var contents = new CollectionContents(journal, ids, time, StreamNames.CollectionContents(stream));
        _shard = new CollectionShard(
            journal, contents, stream, number, (from, version) => GrainFactory.GetGrain<ICollectionGrain>(stream).Describe(number, from, version));
    }

    public Task<ShardCounts> Count(ShardQuestion question) => _shard.CountAsync(question);

    public Task<ShardFindings> Find(ShardQuestion question) => _shard.FindAsync(question);
}
