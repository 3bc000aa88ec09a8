using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Knowledge.Versions;

/// <summary>Decisions about how a collection's documents are indexed; what is searched stays the same.</summary>
public static class IndexDecisions
{
    /// <summary>How many segments of about one size are let stand before they are merged.</summary>
    public const int SegmentsPerTier = 8;

    /// <summary>Begins to index the collection anew.</summary>
    /// <param name="state">The collection.</param>
    /// <param name="generation">How; its number is set here.</param>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.InvalidRequest"/>; <see cref="ErrorCodes.VersionConflict"/>: another new index is being built.
    /// </exception>
    public static IReadOnlyList<CollectionChange> BeginReindex(CollectionState state, IndexGeneration generation)
    {
        CollectionDecisions.CheckActive(state);
        CollectionDecisions.CheckGeneration(generation);
        if (IsSame(generation, state.Building ?? state.Active!))
        {
            return [];
        }

        if (state.Building is { } building)
        {
            throw new OrleansAiException(
                ErrorCodes.VersionConflict, $"The collection is being indexed with {building.Model} already; abandon that first.");
        }

        return [new ReindexBegun { Generation = generation with { Number = state.LastGeneration + 1 } }];
    }

    /// <summary>Changes over to the new index, once it has every document.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.VersionConflict"/>: no new index is being built, or documents are missing in it.
    /// </exception>
    public static IReadOnlyList<CollectionChange> Switch(CollectionState state, int generation)
    {
        CollectionDecisions.CheckActive(state);
        if (state.Active!.Number == generation)
        {
            return [];
        }

        if (state.Building?.Number != generation)
        {
            throw new OrleansAiException(ErrorCodes.VersionConflict, $"The index of generation {generation} is not being built.");
        }

        var missing = state.MissingInBuilding();
        return missing.Count == 0
            ? [new IndexSwitched()]
            : throw new OrleansAiException(
                ErrorCodes.VersionConflict, $"{missing.Count} documents are not in the new index yet, for example '{missing[0]}'.") { IsTransient = true };
    }

    /// <summary>Gives the new index up.</summary>
    public static IReadOnlyList<CollectionChange> AbandonReindex(CollectionState state) => state.Building is null ? [] : [new ReindexAbandoned()];

    /// <summary>Takes a merged segment in the place of its parts.</summary>
    /// <returns>Nothing when that has happened, or when one of the parts is gone: then the merged segment is of no use.</returns>
    public static IReadOnlyList<CollectionChange> Merge(CollectionState state, SegmentsMerged command)
    {
        var alive = state.Segments.Where(static entry => entry.Until is null).ToDictionary(static entry => entry.Segment.Id, StringComparer.Ordinal);
        var isPossible = state.Status == CollectionStatus.Active
            && command.Replaced.Count > 0
            && !alive.ContainsKey(command.Segment.Id)
            && command.Replaced.All(id => alive.TryGetValue(id, out var part)
                && part.Segment.Generation == command.Segment.Generation && part.Segment.Shard == command.Segment.Shard);
        return isPossible ? [command] : [];
    }

    /// <summary>
    /// Segments that should be merged: the oldest of a shard's that are about equally large, when there are enough of them. So a chunk is
    /// copied a number of times that grows with the logarithm of the shard's size.
    /// </summary>
    /// <returns>Empty when nothing should.</returns>
    public static IReadOnlyList<SegmentRef> SegmentsToMerge(CollectionState state) => state.Segments
        .Where(static entry => entry.Until is null)
        .Select(static entry => entry.Segment)
        .GroupBy(static segment => (segment.Generation, segment.Shard, Tier: (int)Math.Log(Math.Max(1, segment.Chunks), SegmentsPerTier)))
        .Where(static tier => tier.Count() >= SegmentsPerTier)
        .OrderBy(static tier => tier.Key)
        .Select(static tier => tier.Take(SegmentsPerTier).ToArray())
        .FirstOrDefault() ?? [];

    /// <summary>The shard that takes the next segment of a generation: the last one, or a new one when that is full.</summary>
    public static int ShardFor(CollectionState state, CollectionLimits limits, int generation)
    {
        var chunks = state.Segments
            .Where(entry => entry.Until is null && entry.Segment.Generation == generation)
            .GroupBy(static entry => entry.Segment.Shard)
            .ToDictionary(static shard => shard.Key, static shard => shard.Sum(static entry => (long)entry.Segment.Chunks));
        var last = chunks.Count == 0 ? 0 : chunks.Keys.Max();
        return chunks.GetValueOrDefault(last) < limits.ChunksPerShard ? last : last + 1;
    }

    private static bool IsSame(IndexGeneration a, IndexGeneration b) => a with { Number = b.Number } == b;
}
