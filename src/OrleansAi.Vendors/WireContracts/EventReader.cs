using System.Buffers;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>
/// Takes a captured stream apart, as the standard of server-sent events has it or by lines. An event without its end, which
/// a cut leaves behind, is none.
/// </summary>
internal ref struct EventReader(ReadOnlySpan<byte> bytes, bool isLines, bool isComplete)
{
    private ReadOnlySpan<byte> _rest = SkipMark(bytes);
    private ArrayBufferWriter<byte>? _joined;

    /// <summary>The event's name; empty for none.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>True when there were lines that are none of an event's.</summary>
    public bool HasOther { get; private set; }

    /// <summary>Goes on to the next event that has data.</summary>
    public bool MoveNext() => isLines ? MoveNextLine() : MoveNextEvent();

    private bool MoveNextLine()
    {
        while (TryLine(out var line) || (isComplete && TryRest(out line)))
        {
            if (!line.Trim(" \t"u8).IsEmpty)
            {
                Data = line;
                return true;
            }
        }

        return false;
    }

    private bool MoveNextEvent()
    {
        Name = default;
        Data = default;
        var hasData = false;
        _joined?.ResetWrittenCount();
        while (TryLine(out var line))
        {
            if (line.IsEmpty)
            {
                if (hasData && !Data.IsEmpty && !Data.SequenceEqual("[DONE]"u8))
                {
                    return true;
                }

                Name = default;
                Data = default;
                hasData = false;
                _joined?.ResetWrittenCount();
            }
            else if (Field(line, "data"u8, out var value))
            {
                Data = hasData ? Join(value) : value;
                hasData = true;
            }
            else if (Field(line, "event"u8, out value))
            {
                Name = value;
            }
            else
            {
                HasOther |= line[0] != ':' && !Field(line, "id"u8, out _) && !Field(line, "retry"u8, out _);
            }
        }

        // Of an answer that was cut the beginning of a line says nothing.
        HasOther |= isComplete && !_rest.Trim(" \t\r\n"u8).IsEmpty && !hasData
            && !Field(_rest, "data"u8, out _) && !Field(_rest, "event"u8, out _) && _rest[0] != ':';
        return false;
    }

    // Seldom: vendors send data in one line. In one buffer, so that a thousand lines are not copied a thousand times.
    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> value)
    {
        _joined ??= new ArrayBufferWriter<byte>();
        if (_joined.WrittenCount == 0)
        {
            _joined.Write(Data);
        }

        _joined.Write("\n"u8);
        _joined.Write(value);
        return _joined.WrittenSpan;
    }

    private static bool Field(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!line.StartsWith(name) || (line.Length > name.Length && line[name.Length] != ':'))
        {
            return false;
        }

        value = line.Length > name.Length ? line[(name.Length + 1)..] : default;
        value = !value.IsEmpty && value[0] == ' ' ? value[1..] : value;
        return true;
    }

    private bool TryLine(out ReadOnlySpan<byte> line)
    {
        var end = _rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            line = default;
            return false;
        }

        line = _rest[..end];
        var isPair = _rest[end] == '\r' && end + 1 < _rest.Length && _rest[end + 1] == '\n';
        _rest = _rest[(end + (isPair ? 2 : 1))..];
        return true;
    }

    private bool TryRest(out ReadOnlySpan<byte> line)
    {
        line = _rest;
        _rest = default;
        return !line.IsEmpty;
    }

    private static ReadOnlySpan<byte> SkipMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
}
