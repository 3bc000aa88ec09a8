using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Search;

/// <summary>What the owner of a collection tells a shard about a version: only what is in that shard.</summary>
public static class ShardDescriptions
{
    /// <summary>Describes a version.</summary>
    /// <param name="state">The collection.</param>
    /// <param name="shard">The shard's number.</param>
    /// <param name="from">The version that the shard has; null for none.</param>
    /// <param name="version">The version that it needs.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.VersionNotReached"/>, <see cref="ErrorCodes.VersionNotRetained"/>.</exception>
    public static async Task<ShardManifest> DescribeAsync(CollectionState state, int shard, long? from, long version)
    {
        if (from >= state.OldestVersion && from <= version && state.ChangeBetween(from.Value, version) is { } change)
        {
            return new ShardManifest
            {
                Change = await Offload.RunAsync(() => ManifestSerializer.Serialize(
                    change with { Added = [.. change.Added.Where(segment => segment.Shard == shard)] })),
            };
        }

        var manifest = state.ManifestAt(version);
        return new ShardManifest { Whole = await Offload.RunAsync(() => ManifestSerializer.Serialize(Of(manifest, shard))) };
    }

    private static Manifest Of(Manifest manifest, int shard)
    {
        var segments = manifest.Segments.Where(segment => segment.Shard == shard).ToList();
        var ids = segments.Select(static segment => segment.Id).ToHashSet(StringComparer.Ordinal);
        return manifest with
        {
            Segments = segments,
            Documents = manifest.Documents.Where(document => document.Value.Segments.Any(ids.Contains))
                .ToDictionary(static document => document.Key, static document => document.Value, StringComparer.Ordinal),
        };
    }
}
