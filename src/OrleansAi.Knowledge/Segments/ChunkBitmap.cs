using System.Numerics;

namespace OrleansAi.Knowledge.Segments;

/// <summary>Which chunks of a segment are meant, by their number in it. It never changes.</summary>
public sealed class ChunkBitmap
{
    private readonly ulong[] _words;

    private ChunkBitmap(ulong[] words, int length)
    {
        (_words, Length) = (words, length);
        foreach (var word in words)
        {
            Count += BitOperations.PopCount(word);
        }
    }

    /// <summary>The number of chunks of the segment.</summary>
    public int Length { get; }

    /// <summary>How many of them are meant.</summary>
    public int Count { get; }

    /// <summary>True when every chunk is meant.</summary>
    public bool IsAll => Count == Length;

    /// <summary>64 chunks a word, the first in the lowest bit; bits after the last chunk are zero.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    /// <summary>True when the chunk is meant.</summary>
    public bool this[int chunk] => (_words[chunk >> 6] >> (chunk & 63) & 1) != 0;

    /// <summary>All chunks of a segment.</summary>
    public static ChunkBitmap All(int length)
    {
        var words = new ulong[(length + 63) >> 6];
        Array.Fill(words, ulong.MaxValue);
        if ((length & 63) != 0)
        {
            words[^1] = (1UL << (length & 63)) - 1;
        }

        return new ChunkBitmap(words, length);
    }

    /// <summary>Takes words as they are.</summary>
    internal static ChunkBitmap Of(ulong[] words, int length) => new(words, length);

    /// <summary>The chunks for which a function says yes.</summary>
    public static ChunkBitmap Where(int length, Func<int, bool> isMeant)
    {
        var words = new ulong[(length + 63) >> 6];
        for (var chunk = 0; chunk < length; chunk++)
        {
            if (isMeant(chunk))
            {
                words[chunk >> 6] |= 1UL << (chunk & 63);
            }
        }

        return new ChunkBitmap(words, length);
    }
}
