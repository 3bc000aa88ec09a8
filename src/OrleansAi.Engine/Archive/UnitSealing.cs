using System.Buffers;
using System.Text;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Archive;

/// <summary>Seals the units of an archived record as they are.</summary>
/// <param name="keys">The new keys.</param>
/// <param name="stream">The stream.</param>
/// <param name="position">The record's place.</param>
/// <param name="recordId">The record's id.</param>
internal sealed class UnitSealing(Keyring keys, string stream, long position, Guid recordId)
{
    private readonly ArrayBufferWriter<byte> _units = new();
    private readonly byte[] _stream = Encoding.UTF8.GetBytes(stream);

    /// <summary>Adds a unit.</summary>
    public void Add(int unit, ReadOnlySpan<byte> content)
    {
        Span<byte> key = stackalloc byte[KeyTree.SeedBytes];
        keys.TryDerive(position, unit, key);
        var length = content.Length + ContentSeal.TagBytes;
        ContentSeal.SealUnit(key, _stream, position, unit, recordId, content, SealedForm.Begin(_units, unit, length));
        _units.Advance(length);
    }

    /// <summary>Adds the place of a unit that nobody can read any more: without a byte of content, and soon without a key.</summary>
    public void AddDestroyed(int unit)
    {
        SealedForm.Begin(_units, unit, ContentSeal.TagBytes).Clear();
        _units.Advance(ContentSeal.TagBytes);
    }

    /// <summary>The record with its units.</summary>
    public byte[] Join(ReadOnlySpan<byte> json) => SealedForm.Join(json, _units.WrittenSpan);
}
