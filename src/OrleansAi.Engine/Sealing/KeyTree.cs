using System.Security.Cryptography;

namespace OrleansAi.Engine.Sealing;

/// <summary>
/// A key for every path, from which single ones can be taken for ever (Goldreich, Goldwasser and Micali, "How to construct
/// random functions", J. ACM 1986; punctured as by Boneh and Waters, ASIACRYPT 2013). A seed gives those of its two children by
/// SHA-256, and nothing leads up again. What is kept are the seeds of the highest places that are whole: at first the root's
/// alone; destroying a place keeps the ones beside the way to it. Neighbours that are destroyed leave no trace between them.
/// </summary>
/// <remarks>Immutable but for the last way down, which is remembered; not for several threads at once.</remarks>
public sealed class KeyTree
{
    /// <summary>The size of a seed and of a key, in bytes.</summary>
    public const int SeedBytes = 16;

    private const int PairBytes = 2 * SeedBytes;
    private const int MostDepth = 64;

    private readonly KeyPath[] _places;
    private readonly byte[] _seeds;

    // The pair at a depth is made from the seed at that depth of the last way down: its left and its right child.
    private byte[]? _pairs;
    private KeyPath _last;
    private int _lastFrom;

    private KeyTree(KeyPath[] places, byte[] seeds)
    {
        _places = places;
        _seeds = seeds;
    }

    /// <summary>How many seeds are kept.</summary>
    public int Count => _places.Length;

    /// <summary>The places whose seeds are kept, from left to right.</summary>
    public IReadOnlyList<KeyPath> Places => _places;

    /// <summary>A new tree.</summary>
    public static KeyTree New() => new([KeyPath.Root], RandomNumberGenerator.GetBytes(SeedBytes));

    /// <summary>Derives a key.</summary>
    /// <param name="path">The way to it.</param>
    /// <param name="key">Where it is written, 16 bytes.</param>
    /// <returns>False when it is destroyed.</returns>
    public bool TryDerive(KeyPath path, Span<byte> key)
    {
        var index = Find(path);
        if (index < 0)
        {
            return false;
        }

        var from = _places[index].Length;
        if (path.Length == from)
        {
            Seed(index).CopyTo(key);
            return true;
        }

        _pairs ??= new byte[MostDepth * PairBytes];
        var common = _last.CommonLength(path);
        var isKnown = _last.Length > from && _lastFrom == from && common >= from;
        var depth = isKnown ? Math.Min(common, Math.Min(_last.Length, path.Length) - 1) : from;
        if (!isKnown)
        {
            SHA256.HashData(Seed(index), Pair(from));
        }

        for (; depth < path.Length - 1; depth++)
        {
            SHA256.HashData(Child(depth, path), Pair(depth + 1));
        }

        Child(depth, path).CopyTo(key);
        _last = path;
        _lastFrom = from;
        return true;
    }

    /// <summary>The tree without a place and all that is below it.</summary>
    public KeyTree Without(KeyPath path)
    {
        var places = new List<(KeyPath Place, byte[] Seed)>(_places.Length + path.Length);
        for (var i = 0; i < _places.Length; i++)
        {
            if (path.Covers(_places[i]))
            {
                continue;
            }

            if (_places[i].Covers(path))
            {
                AddSiblings(places, _places[i].Length, Seed(i), path);
            }
            else
            {
                places.Add((_places[i], Seed(i).ToArray()));
            }
        }

        places.Sort(static (a, b) => a.Place.Bits.CompareTo(b.Place.Bits));
        return new KeyTree([.. places.Select(static place => place.Place)], [.. places.SelectMany(static place => place.Seed)]);
    }

    /// <summary>Writes the tree: for each place its length, its bits and its seed.</summary>
    internal void Write(BinaryWriter writer)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            var (bits, length) = (_places[i].Bits, _places[i].Length);
            writer.Write((byte)length);
            for (var bit = 0; bit < length; bit += 8)
            {
                writer.Write((byte)(bits >> (56 - bit)));
            }

            writer.Write(Seed(i));
        }
    }

    /// <summary>Reads a tree up to the end.</summary>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    internal static KeyTree Read(ReadOnlySpan<byte> bytes)
    {
        var places = new List<KeyPath>();
        var seeds = new List<byte>();
        while (!bytes.IsEmpty)
        {
            var length = bytes[0];
            var size = (length + 7) / 8;
            if (bytes.Length < 1 + size + SeedBytes)
            {
                throw new InvalidDataException("A key tree ends in the middle of a seed.");
            }

            var bits = 0UL;
            for (var i = 0; i < size; i++)
            {
                bits |= (ulong)bytes[1 + i] << (56 - (8 * i));
            }

            var place = KeyPath.Of(bits, length);
            if (places.Count > 0 && (places[^1].Covers(place) || places[^1].Bits >= place.Bits))
            {
                throw new InvalidDataException("The places of a key tree are not in order.");
            }

            places.Add(place);
            seeds.AddRange(bytes.Slice(1 + size, SeedBytes));
            bytes = bytes[(1 + size + SeedBytes)..];
        }

        return new KeyTree([.. places], [.. seeds]);
    }

    private static void AddSiblings(List<(KeyPath Place, byte[] Seed)> places, int from, ReadOnlySpan<byte> seed, KeyPath path)
    {
        Span<byte> pair = stackalloc byte[PairBytes];
        Span<byte> present = stackalloc byte[SeedBytes];
        seed.CopyTo(present);
        for (var depth = from; depth < path.Length; depth++)
        {
            SHA256.HashData(present, pair);
            var way = path.GoesRight(depth) ? SeedBytes : 0;
            places.Add((path.Sibling(depth), pair.Slice(SeedBytes - way, SeedBytes).ToArray()));
            pair.Slice(way, SeedBytes).CopyTo(present);
        }
    }

    // The places are apart from each other, so only the last one that does not lie behind the path can cover it.
    private int Find(KeyPath path)
    {
        var (low, high) = (0, _places.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_places[middle].Bits <= path.Bits)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && _places[low - 1].Covers(path) ? low - 1 : -1;
    }

    private Span<byte> Pair(int depth) => _pairs.AsSpan(depth * PairBytes, PairBytes);

    private Span<byte> Child(int depth, KeyPath path) => path.GoesRight(depth) ? Pair(depth)[SeedBytes..] : Pair(depth)[..SeedBytes];

    private ReadOnlySpan<byte> Seed(int index) => _seeds.AsSpan(index * SeedBytes, SeedBytes);
}
