using System.Text.Json;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Knowledge.Versions;

/// <summary>Snapshots to bytes and back.</summary>
public static class CollectionSnapshotSerializer
{
    /// <summary>The stored form.</summary>
    public static byte[] Serialize(CollectionSnapshot snapshot) =>
        JsonSerializer.SerializeToUtf8Bytes(snapshot, CollectionJsonContext.Default.CollectionSnapshot);

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="InvalidDataException">It cannot be read; the collection is to be folded from its stream.</exception>
    public static CollectionSnapshot Deserialize(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, CollectionJsonContext.Default.CollectionSnapshot)
                ?? throw new InvalidDataException("The snapshot of a collection is empty.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("The snapshot of a collection cannot be read.", exception);
        }
    }
}
