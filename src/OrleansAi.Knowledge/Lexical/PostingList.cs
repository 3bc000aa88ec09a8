namespace OrleansAi.Knowledge.Lexical;

/// <summary>
/// The chunks that have a term, being written. An entry is the distance to the chunk before, shifted by one, the lowest bit
/// set when the term is there once; otherwise the count follows. Both are varints.
/// </summary>
internal sealed class PostingList
{
    private byte[] _bytes = new byte[8];
    private int _length;
    private int _last = -1;

    public int Chunks { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>How often the term was seen in the chunk that is being read.</summary>
    public int Pending { get; set; }

    public void Add(int chunk, int count)
    {
        if (_bytes.Length - _length < 10)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2 + 8);
        }

        var distance = (uint)(chunk - _last - 1);
        Write(distance << 1 | (count == 1 ? 1u : 0u));
        if (count > 1)
        {
            Write((uint)count);
        }

        _last = chunk;
        Chunks++;
    }

    private void Write(uint value)
    {
        while (value >= 0x80)
        {
            _bytes[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _bytes[_length++] = (byte)value;
    }
}
