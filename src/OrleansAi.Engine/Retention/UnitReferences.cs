using System.Text.Json;
using OrleansAi.Engine.Archive;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Retention;

/// <summary>The contents that stand apart and that can be reached from a record.</summary>
internal static class UnitReferences
{
    /// <summary>Adds those of a record.</summary>
    /// <param name="stream">Its stream.</param>
    /// <param name="record">The record.</param>
    /// <param name="keys">The keys: what they do not open reaches nothing.</param>
    /// <param name="found">Where they are added.</param>
    /// <exception cref="InvalidDataException">The record cannot be read.</exception>
    public static void Find(string stream, JournalRecord record, Keyring keys, HashSet<ContentHash> found)
    {
        var (body, units) = SealedForm.Split(record.Body);

        // Records of earlier builds have their content in the clear.
        Find(body, found);
        Span<byte> key = stackalloc byte[KeyTree.SeedBytes];
        foreach (var (unit, seal) in units ?? [])
        {
            if (keys.TryDerive(record.Position, unit, key)
                && ContentSeal.OpenUnit(key, stream, record.Position, unit, record.RecordId, seal.Span) is [(byte)'{', ..] content)
            {
                // A bare unit refers to nothing.
                Find(content, found);
            }
        }
    }

    private static void Find(ReadOnlyMemory<byte> json, HashSet<ContentHash> found)
    {
        using var document = JsonDocument.Parse(json);
        ArchiveFormat.FindReferences(document.RootElement, found);
    }
}
