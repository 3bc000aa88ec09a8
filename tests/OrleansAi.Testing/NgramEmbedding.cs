using System.Buffers;

namespace OrleansAi.Testing;

/// <summary>
/// A deterministic embedding for tests: words and their pieces of three and four letters, hashed with a sign, each counted by the root of how
/// often it is there. Texts that share words or parts of words are near each other; it knows nothing of meaning.
/// </summary>
public static class NgramEmbedding
{
    /// <summary>How many numbers a vector has unless another number is asked for.</summary>
    public const int Dimensions = 384;

    private const int LongestWord = 64;

    /// <summary>The vector of a text.</summary>
    public static float[] Embed(ReadOnlySpan<char> text, int dimensions = Dimensions)
    {
        // A word of n letters has itself, n pieces of three with its marks, and one less of four.
        var most = (text.Length * 3) + 1;
        var (hashes, weights) = (ArrayPool<ulong>.Shared.Rent(most), ArrayPool<float>.Shared.Rent(most));
        var count = Read(text, hashes, weights);
        Array.Sort(hashes, weights, 0, count);
        var vector = new float[dimensions];
        for (var i = 0; i < count;)
        {
            var (first, hash) = (i, hashes[i]);
            while (i < count && hashes[i] == hash)
            {
                i++;
            }

            var value = weights[first] * MathF.Sqrt(i - first);
            vector[(int)(hash % (ulong)dimensions)] += hash >> 63 == 0 ? value : -value;
        }

        ArrayPool<ulong>.Shared.Return(hashes);
        ArrayPool<float>.Shared.Return(weights);
        return vector;
    }

    private static int Read(ReadOnlySpan<char> text, ulong[] hashes, float[] weights)
    {
        Span<char> word = stackalloc char[LongestWord + 2];
        word[0] = '<';
        var (length, count) = (1, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]) && length <= LongestWord)
            {
                word[length++] = char.ToLowerInvariant(text[i]);
                continue;
            }

            if (length > 1)
            {
                word[length] = '>';
                Add(word[..(length + 1)], hashes, weights, ref count);
                length = 1;
            }
        }

        return count;
    }

    private static void Add(ReadOnlySpan<char> word, ulong[] hashes, float[] weights, ref int count)
    {
        // Short words are mostly those that every text has.
        var letters = word.Length - 2;
        var weight = char.IsDigit(word[1]) ? 1 : Math.Min(1, letters * letters / 25f);
        (hashes[count], weights[count++]) = (Hash(word), weight);
        for (var length = 3; length <= 4; length++)
        {
            for (var i = 0; i + length <= word.Length && length < word.Length; i++)
            {
                (hashes[count], weights[count++]) = (Hash(word.Slice(i, length)), weight / MathF.Sqrt(word.Length));
            }
        }
    }

    private static ulong Hash(ReadOnlySpan<char> feature)
    {
        // FNV-1a, then a finaliser, so that every bit of the hash is good.
        var hash = 14695981039346656037UL;
        foreach (var c in feature)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93UL;
        return hash ^ (hash >> 32);
    }
}
