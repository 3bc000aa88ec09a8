using OrleansAi.Journal;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Knowledge.Versions;

/// <summary>Which old versions are let go, and what nobody needs then.</summary>
public static class Retention
{
    /// <summary>The default of how long a version can be read after a newer one was made.</summary>
    public static readonly TimeSpan DefaultKeepFor = TimeSpan.FromDays(30);

    /// <summary>Lets versions go that have been superseded for some time. The newest never is.</summary>
    public static IReadOnlyList<CollectionChange> Release(CollectionState state, long now, TimeSpan keepFor)
    {
        var oldest = state.OldestVersion;
        for (var i = 1; i < state.Times.Count && state.Times[i].At <= now - (long)keepFor.TotalMilliseconds; i++)
        {
            oldest = state.Times[i].Version;
        }

        return oldest > state.OldestVersion ? [new VersionsReleased { Oldest = oldest }] : [];
    }

    /// <summary>What the collection needs from the store. Anything else that is stored for it may be deleted, once its change is durable.</summary>
    /// <returns>The ids of segments, and the hashes of documents.</returns>
    public static (IReadOnlySet<string> Segments, IReadOnlySet<ContentHash> Documents) Needed(CollectionState state) =>
    (
        state.Segments.Select(static entry => entry.Segment.Id).ToHashSet(StringComparer.Ordinal),
        state.Revisions.Select(static revision => revision.Document.Hash).ToHashSet());
}
