using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Search;

/// <summary>Answers from one shard alone: for collections that have one, and for tests.</summary>
/// <param name="snapshot">What the shard holds.</param>
public sealed class HybridSearcher(ShardSnapshot snapshot)
{
    private readonly ShardSearcher _shard = new(snapshot);

    /// <summary>Answers a question.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>, <see cref="ErrorCodes.EmbeddingModelMismatch"/>.</exception>
    public SearchAnswer Search(SearchRequest request) =>
        ShardMerge.Merge(request, snapshot.Version, [snapshot.Shard], [_shard.Search(request)]);
}
