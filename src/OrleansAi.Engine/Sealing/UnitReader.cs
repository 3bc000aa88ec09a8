using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansAi.Engine.Records;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Sealing;

/// <summary>Opens the units of one record.</summary>
internal sealed class UnitReader(
    Keyring keys, string stream, JournalRecord record, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> units)
{
    private int _opened;
    private int _destroyed;

    /// <summary>True when there was content, and all of it is destroyed.</summary>
    public bool IsAllDestroyed => _destroyed > 0 && _opened == 0;

    /// <summary>True when the record holds a unit, readable or not.</summary>
    public bool Has(int unit) => units.ContainsKey(unit);

    /// <summary>Opens a unit.</summary>
    /// <returns>Null when its key is destroyed, or when it was never kept.</returns>
    /// <exception cref="InvalidDataException">It is not what was sealed.</exception>
    public T? Read<T>(int unit, JsonTypeInfo<T> type)
        where T : UnitContent, IUnitContent<T>
    {
        Span<byte> key = stackalloc byte[KeyTree.SeedBytes];
        if (!units.TryGetValue(unit, out var seal) || !keys.TryDerive(record.Position, unit, key))
        {
            _destroyed++;
            return null;
        }

        _opened++;
        var bytes = ContentSeal.OpenUnit(key, stream, record.Position, unit, record.RecordId, seal.Span);
        return bytes is [UnitContent.Bare or UnitContent.BareContext, ..]
            ? T.FromBare(bytes)
            : JsonSerializer.Deserialize(bytes, type)
            ?? throw new InvalidDataException($"Unit {unit} of record {record.Position} of {stream} is empty.");
    }
}
