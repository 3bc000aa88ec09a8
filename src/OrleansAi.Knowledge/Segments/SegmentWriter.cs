using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansAi.Knowledge.Segments;

/// <summary>
/// Writes a part of an index: four letters, a format version, the content and a CRC-32C over all of it. Numbers are
/// little-endian, arrays begin with their length.
/// </summary>
internal sealed class SegmentWriter
{
    private readonly ArrayBufferWriter<byte> _buffer;

    public SegmentWriter(ReadOnlySpan<byte> magic, ushort version, int expectedSize = 1_024)
    {
        // Arrays of numbers are copied as they lie in memory.
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Indexes are written on little-endian machines only.");
        }

        _buffer = new ArrayBufferWriter<byte>(expectedSize);
        _buffer.Write(magic);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), version);
        _buffer.Advance(2);
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void Text(string value) => Values<byte>(Encoding.UTF8.GetBytes(value));

    public void Values<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Int32(values.Length);
        _buffer.Write(MemoryMarshal.AsBytes(values));
    }

    public byte[] ToArray()
    {
        var bytes = new byte[_buffer.WrittenCount + 4];
        _buffer.WrittenSpan.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), Checksum.Of(_buffer.WrittenSpan));
        return bytes;
    }
}
