using OrleansAi.Collections.Storage;
using OrleansAi.Knowledge.Search;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Collections.Ingestion;

/// <summary>Makes many small segments into few: what is found stays the same.</summary>
internal sealed class SegmentMerging(CollectionLedger ledger, CollectionContents contents)
{
    /// <summary>Merges some segments, if any should be.</summary>
    /// <returns>True when there may be more to merge.</returns>
    public async Task<bool> MergeAsync()
    {
        var state = ledger.State;
        var parts = state.Status == CollectionStatus.Active ? IndexDecisions.SegmentsToMerge(state) : [];
        if (parts.Count == 0)
        {
            return false;
        }

        var manifest = state.ManifestAt(state.Version);
        if (parts.Any(part => part.Generation != manifest.Generation.Number))
        {
            return false;
        }

        var seal = ledger.Seal;
        var loaded = new Dictionary<string, KnowledgeSegment>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            var bytes = await contents.ReadAsync(seal, part.Id);
            loaded[part.Id] = await Offload.RunAsync(() => KnowledgeSegment.Read(bytes));
        }

        var (merged, count) = await Offload.RunAsync(() => Merge(manifest, parts, loaded));
        var content = await contents.WriteAsync(seal, merged);
        var command = new SegmentsMerged
        {
            Replaced = [.. parts.Select(static part => part.Id)],
            Segment = new SegmentRef(content, parts[0].Shard, parts[0].Generation, count, merged.Length),
        };
        var version = ledger.State.Version;
        var after = await ledger.AppendAsync(again => IndexDecisions.Merge(again, command));
        return after.Version > version;
    }

    private static (byte[] Bytes, int Count) Merge(Manifest manifest, IReadOnlyList<SegmentRef> parts, Dictionary<string, KnowledgeSegment> loaded)
    {
        var snapshot = ShardSnapshot.Create(parts[0].Shard, manifest with { Segments = parts }, id => loaded[id]);
        var segment = KnowledgeSegment.Merge([.. snapshot.Segments.Select(static view => (view.Segment, view.Live))]);
        return (segment.ToBytes(), segment.Count);
    }
}
