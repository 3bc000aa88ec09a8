namespace OrleansAi.Testing;

/// <summary>
/// A deterministic embedding for tests: words and their pieces of three letters, hashed with a sign. Texts that share words or parts of
/// words are near each other; it knows nothing of meaning.
/// </summary>
public static class NgramEmbedding
{
    /// <summary>How many numbers a vector has unless another number is asked for.</summary>
    public const int Dimensions = 384;

    private const float WordWeight = 1f;
    private const float PieceWeight = 0.6f;

    /// <summary>The vector of a text.</summary>
    public static float[] Embed(ReadOnlySpan<char> text, int dimensions = Dimensions)
    {
        var vector = new float[dimensions];
        Span<char> word = stackalloc char[66];
        var length = 1;
        word[0] = '<';
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]) && length < 65)
            {
                word[length++] = char.ToLowerInvariant(text[i]);
                continue;
            }

            if (length > 1)
            {
                word[length] = '>';
                Add(vector, word[..(length + 1)]);
                length = 1;
            }
        }

        return vector;
    }

    private static void Add(float[] vector, ReadOnlySpan<char> word)
    {
        // Short words are mostly those that every text has.
        var letters = word.Length - 2;
        var weight = char.IsDigit(word[1]) ? 1 : Math.Min(1, letters * letters / 25f);
        Add(vector, word, WordWeight * weight);
        for (var i = 0; i + 3 <= word.Length; i++)
        {
            Add(vector, word.Slice(i, 3), PieceWeight * weight / MathF.Sqrt(letters));
        }
    }

    private static void Add(float[] vector, ReadOnlySpan<char> feature, float weight)
    {
        // FNV-1a, then a finaliser, so that every bit of the hash is good.
        var hash = 14695981039346656037UL;
        foreach (var c in feature)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93UL;
        hash ^= hash >> 32;
        vector[(int)(hash % (ulong)vector.Length)] += (hash >> 63) == 0 ? weight : -weight;
    }
}
