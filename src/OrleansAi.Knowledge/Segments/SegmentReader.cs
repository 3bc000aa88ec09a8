using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Segments;

/// <summary>Reads what <see cref="SegmentWriter"/> wrote. The checksum is looked at before anything is believed.</summary>
internal sealed class SegmentReader
{
    private const int HeaderSize = 6;
    private const int TrailerSize = 4;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string _what;
    private int _position = HeaderSize;

    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.IndexCorrupt"/>.</exception>
    public SegmentReader(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> magic, ushort newestVersion, string what)
    {
        _what = what;
        if (bytes.Length < HeaderSize + TrailerSize || !bytes.Span.StartsWith(magic))
        {
            throw Corrupt("it does not begin as one");
        }

        var content = bytes.Span[..^TrailerSize];
        if (Checksum.Of(content) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[^TrailerSize..]))
        {
            throw Corrupt("its checksum is wrong");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(content[magic.Length..]);
        if (version == 0 || version > newestVersion)
        {
            throw Corrupt($"it has the format version {version}, this build reads up to {newestVersion}");
        }

        _bytes = bytes[..^TrailerSize];
    }

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4).Span);

    public string Text() => Encoding.UTF8.GetString(Bytes().Span);

    /// <summary>An array of bytes, as a part of what is read.</summary>
    public ReadOnlyMemory<byte> Bytes() => Take(Count(1));

    public T[] Values<T>()
        where T : unmanaged
    {
        var count = Count(Unsafe.SizeOf<T>());
        return MemoryMarshal.Cast<byte, T>(Take(count * Unsafe.SizeOf<T>()).Span).ToArray();
    }

    /// <summary>An array that must have a known length.</summary>
    public T[] Values<T>(int count)
        where T : unmanaged
    {
        var values = Values<T>();
        return values.Length == count ? values : throw Corrupt($"an array has {values.Length} values instead of {count}");
    }

    public void End()
    {
        if (_position != _bytes.Length)
        {
            throw Corrupt("there is something after its end");
        }
    }

    public OrleansAiException Corrupt(string why) =>
        new(ErrorCodes.IndexCorrupt, $"The {_what} cannot be used: {why}. It must be built again from its documents.");

    private int Count(int size)
    {
        var count = Int32();
        return count >= 0 && count <= (_bytes.Length - _position) / size ? count : throw Corrupt("it ends too early");
    }

    private ReadOnlyMemory<byte> Take(int size)
    {
        if (size > _bytes.Length - _position)
        {
            throw Corrupt("it ends too early");
        }

        _position += size;
        return _bytes.Slice(_position - size, size);
    }
}
