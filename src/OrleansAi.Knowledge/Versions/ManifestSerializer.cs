using System.Text.Json;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Knowledge.Versions;

/// <summary>Manifests to bytes and back, on their way from a collection's owner to its shards.</summary>
public static class ManifestSerializer
{
    /// <summary>A manifest as bytes.</summary>
    public static byte[] Serialize(Manifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, CollectionJsonContext.Default.Manifest);

    /// <summary>A change as bytes.</summary>
    public static byte[] Serialize(ManifestChange change) => JsonSerializer.SerializeToUtf8Bytes(change, CollectionJsonContext.Default.ManifestChange);

    /// <summary>Reads a manifest.</summary>
    public static Manifest ReadManifest(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize(bytes, CollectionJsonContext.Default.Manifest)!;

    /// <summary>Reads a change.</summary>
    public static ManifestChange ReadChange(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize(bytes, CollectionJsonContext.Default.ManifestChange)!;
}
