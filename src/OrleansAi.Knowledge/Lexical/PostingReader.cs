using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Lexical;

/// <summary>Reads what <see cref="PostingList"/> wrote.</summary>
internal ref struct PostingReader(ReadOnlySpan<byte> bytes, int chunks)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly int _chunks = chunks;
    private int _position = 0;

    public int Chunk { get; private set; } = -1;

    public int Count { get; private set; } = 0;

    public bool Read()
    {
        if (_position >= _bytes.Length)
        {
            return false;
        }

        var head = Next();
        var chunk = Chunk + 1 + (long)(head >> 1);
        Count = (head & 1) != 0 ? 1 : (int)Next();

        // The checksum was right, so this is a defect of the writer; it must not become a wrong answer.
        Chunk = chunk < _chunks ? (int)chunk : throw Defect();
        return true;
    }

    private uint Next()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (_position >= _bytes.Length)
            {
                throw Defect();
            }

            var b = _bytes[_position++];
            value |= (uint)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw Defect();
    }

    private static OrleansAiException Defect() =>
        new(ErrorCodes.IndexCorrupt, "A posting list of the index cannot be read. The index must be built again from its documents.");
}
