namespace OrleansAi.Vendors.WireContracts;

/// <summary>A fixed table from UTF-8 names, found without making a string of them.</summary>
internal sealed class Utf8Table<T>
{
    private readonly string[] _texts;
    private readonly byte[][] _names;
    private readonly T[] _values;
    private readonly int[] _next;
    private readonly int[] _first;

    public Utf8Table(IReadOnlyCollection<KeyValuePair<string, T>> entries)
    {
        _texts = [.. entries.Select(static entry => entry.Key)];
        _names = [.. entries.Select(static entry => System.Text.Encoding.UTF8.GetBytes(entry.Key))];
        _values = [.. entries.Select(static entry => entry.Value)];
        _next = new int[_names.Length];
        _first = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, _names.Length * 2))];
        Array.Fill(_first, -1);
        for (var i = 0; i < _names.Length; i++)
        {
            ref var bucket = ref _first[Bucket(_names[i])];
            (_next[i], bucket) = (bucket, i);
        }
    }

    public int Count => _names.Length;

    /// <summary>The place of a name, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        var i = _first[Bucket(name)];
        while (i >= 0 && !name.SequenceEqual(_names[i]))
        {
            i = _next[i];
        }

        return i;
    }

    public T Value(int index) => _values[index];

    public ReadOnlySpan<byte> Name(int index) => _names[index];

    public string Text(int index) => _texts[index];

    // Names of one object differ in length, ends or middle; the few that do not share a chain.
    private int Bucket(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return 0;
        }

        var mixed = (uint)name.Length | ((uint)name[0] << 8) | ((uint)name[^1] << 16) | ((uint)name[name.Length / 2] << 24);
        return (int)((mixed * 0x9E37_79B1) >> 16) & (_first.Length - 1);
    }
}
