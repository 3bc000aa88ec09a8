using System.Text;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>The way from the root of a JSON value to where a walk is, as places in its bytes; text when asked for.</summary>
internal ref struct WalkPath(ReadOnlySpan<byte> bytes, Span<(int Start, int Length)> steps)
{
    /// <summary>A step into an element of an array.</summary>
    public const int Element = -1;

    /// <summary>A step into the value of a map.</summary>
    public const int Key = -2;

    private const ulong Prime = 1_099_511_628_211;
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly Span<(int Start, int Length)> _steps = steps;

    public int Depth { get; private set; }

    /// <summary>Goes down: to a property by the place of its name, or to <see cref="Element"/> or <see cref="Key"/>.</summary>
    public void Push(int start, int length) => _steps[Depth++] = (start, length);

    public void Pop() => Depth--;

    public void Clear() => Depth = 0;

    /// <summary>Tells findings of different kind, place or value apart (FNV-1a).</summary>
    public readonly ulong HashOf(ContractFindingKind kind, ReadOnlySpan<byte> leaf, string? value)
    {
        var hash = 14_695_981_039_346_656_037 ^ (ulong)kind;
        foreach (var (start, length) in _steps[..Depth])
        {
            hash = Add(hash * Prime, start >= 0 ? _bytes.Slice(start, length) : default);
        }

        hash = Add(hash * Prime, leaf) * Prime;
        foreach (var letter in value ?? "")
        {
            hash = (hash ^ letter) * Prime;
        }

        return hash;
    }

    /// <summary>The path to a property of where the walk is, or for an empty name to there itself.</summary>
    public readonly string To(ReadOnlySpan<byte> leaf)
    {
        var text = new StringBuilder("$");
        foreach (var (start, length) in _steps[..Depth])
        {
            text.Append(start switch
            {
                Element => "[]",
                Key => ".*",
                _ => $".{ContractShape.Property(_bytes.Slice(start, length))}",
            });
        }

        return leaf.IsEmpty ? text.ToString() : text.Append('.').Append(ContractShape.Property(leaf)).ToString();
    }

    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var letter in bytes)
        {
            hash = (hash ^ letter) * Prime;
        }

        return hash;
    }
}
