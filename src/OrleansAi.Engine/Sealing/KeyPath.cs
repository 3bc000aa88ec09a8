using System.Numerics;

namespace OrleansAi.Engine.Sealing;

/// <summary>
/// A way down the key tree, bit by bit from the root: to a record, or on to one unit of its content. No path to a unit is the
/// beginning of another one. Early positions and low units have short paths, so the usual key costs few hashes.
/// </summary>
public readonly record struct KeyPath
{
    /// <summary>The most units that the content of one record can have.</summary>
    public const int MostUnits = FewUnits + (1 << ManyUnitsBits);

    private const long LastPosition = uint.MaxValue;
    private const int ClassBits = 3;
    private const int FewUnitsBits = 3;
    private const int FewUnits = 2 + (1 << FewUnitsBits);
    private const int ManyUnitsBits = 16;

    private KeyPath(ulong bits, int length)
    {
        Bits = bits;
        Length = length;
    }

    /// <summary>The bits, the first one highest.</summary>
    public ulong Bits { get; }

    /// <summary>How many bits there are.</summary>
    public int Length { get; }

    /// <summary>The root: the way to everything.</summary>
    public static KeyPath Root => default;

    /// <summary>The way to everything in a record: three bits that tell how many nibbles the position has, then these.</summary>
    /// <exception cref="InvalidOperationException">The stream is too long.</exception>
    public static KeyPath OfRecord(long position)
    {
        if (position is <= 0 or > LastPosition)
        {
            throw new InvalidOperationException($"A stream has at most {LastPosition} records with content, not one at {position}.");
        }

        var nibbles = (BitOperations.Log2((ulong)position) / 4) + 1;
        return Root.Then((ulong)(nibbles - 1), ClassBits).Then((ulong)position, nibbles * 4);
    }

    /// <summary>The way to one unit of a record.</summary>
    /// <exception cref="InvalidOperationException">The record has too many units.</exception>
    public static KeyPath OfUnit(long position, int unit)
    {
        var record = OfRecord(position);
        return unit switch
        {
            0 => record.Then(0b0, 1),
            1 => record.Then(0b10, 2),
            > 1 and < FewUnits => record.Then(0b110, 3).Then((ulong)(unit - 2), FewUnitsBits),
            >= FewUnits and < MostUnits => record.Then(0b111, 3).Then((ulong)(unit - FewUnits), ManyUnitsBits),
            _ => throw new InvalidOperationException($"A record has at most {MostUnits} units of content, not one of number {unit}."),
        };
    }

    /// <summary>A path from bits.</summary>
    /// <exception cref="InvalidDataException">There are bits behind the end.</exception>
    internal static KeyPath Of(ulong bits, int length) =>
        length is >= 0 and <= 64 && (length == 64 || bits << length == 0)
            ? new(bits, length)
            : throw new InvalidDataException($"{bits:x16} is no path of {length} bits.");

    /// <summary>True when this is the way to a place above the other one, or the other one itself.</summary>
    public bool Covers(KeyPath other) => Length <= other.Length && CommonLength(other) == Length;

    /// <summary>How many bits two paths have in common.</summary>
    public int CommonLength(KeyPath other) =>
        Math.Min(BitOperations.LeadingZeroCount(Bits ^ other.Bits), Math.Min(Length, other.Length));

    /// <summary>True where the path goes right.</summary>
    public bool GoesRight(int depth) => ((Bits >> (63 - depth)) & 1) != 0;

    /// <summary>The place beside the path, where it leaves the given depth.</summary>
    public KeyPath Sibling(int depth)
    {
        var mask = 1UL << (63 - depth);
        return new KeyPath((Bits ^ mask) & ~(mask - 1), depth + 1);
    }

    private KeyPath Then(ulong bits, int length) => new(Bits | (bits << (64 - Length - length)), Length + length);
}
