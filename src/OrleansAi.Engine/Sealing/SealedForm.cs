using System.Buffers;

namespace OrleansAi.Engine.Sealing;

/// <summary>
/// The stored form of a record with content: JSON of what anybody may know, a zero byte, which JSON never has, and for each unit
/// its number, its length and its seal. A record of an earlier build has no zero byte, and its content in the JSON.
/// </summary>
internal static class SealedForm
{
    private const byte End = 0;

    /// <summary>What anybody may know of a record.</summary>
    public static ReadOnlySpan<byte> JsonOf(ReadOnlySpan<byte> record) => record.IndexOf(End) is >= 0 and var end ? record[..end] : record;

    /// <summary>True when a record has its content, if it has any, in units.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> record) => record.Contains(End);

    /// <summary>True when a record has units.</summary>
    public static bool HasUnits(ReadOnlySpan<byte> record) => JsonOf(record).Length < record.Length - 1;

    /// <summary>Takes a record apart.</summary>
    /// <returns>The JSON and the units; null where there is no zero byte.</returns>
    /// <exception cref="InvalidDataException">The units cannot be read.</exception>
    public static (ReadOnlyMemory<byte> Json, Dictionary<int, ReadOnlyMemory<byte>>? Units) Split(ReadOnlyMemory<byte> record)
    {
        var end = record.Span.IndexOf(End);
        if (end < 0)
        {
            return (record, null);
        }

        var units = new Dictionary<int, ReadOnlyMemory<byte>>();
        for (var at = end + 1; at < record.Length;)
        {
            var unit = ReadNumber(record.Span, ref at);
            var length = ReadNumber(record.Span, ref at);
            if (length > record.Length - at || !units.TryAdd(unit, record.Slice(at, length)))
            {
                throw new InvalidDataException($"The units of a record cannot be read behind byte {at}.");
            }

            at += length;
        }

        return (record[..end], units);
    }

    /// <summary>Puts a record together.</summary>
    public static byte[] Join(ReadOnlySpan<byte> json, ReadOnlySpan<byte> units)
    {
        var record = new byte[json.Length + 1 + units.Length];
        json.CopyTo(record);
        units.CopyTo(record.AsSpan(json.Length + 1));
        return record;
    }

    /// <summary>Writes what stands before a unit and makes room for its seal.</summary>
    public static Span<byte> Begin(ArrayBufferWriter<byte> units, int unit, int length)
    {
        WriteNumber(units, unit);
        WriteNumber(units, length);
        return units.GetSpan(length)[..length];
    }

    private static void WriteNumber(ArrayBufferWriter<byte> units, int number)
    {
        var rest = (uint)number;
        var span = units.GetSpan(5);
        var count = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            span[count++] = (byte)(rest | 0x80);
        }

        span[count++] = (byte)rest;
        units.Advance(count);
    }

    private static int ReadNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        var number = 0U;
        for (var shift = 0; shift < 35 && at < bytes.Length; shift += 7)
        {
            var next = bytes[at++];
            number |= (next & 0x7FU) << shift;
            if ((next & 0x80) == 0)
            {
                return (int)Math.Min(number, int.MaxValue);
            }
        }

        throw new InvalidDataException($"The units of a record break off at byte {at}.");
    }
}
