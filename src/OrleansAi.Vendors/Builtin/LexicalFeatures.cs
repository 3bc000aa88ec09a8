using System.Text;

namespace OrleansAi.Vendors.Builtin;

/// <summary>
/// What a text has, counted: words, pairs of words, and pieces of three and four letters, so that forms of a word and misspelt
/// words stay near each other.
/// </summary>
internal sealed class LexicalFeatures
{
    private const float PairWeight = 0.5f;
    private const float PieceWeight = 1;

    // Signed hashing (Weinberger et al. 2009): collisions cancel out on average. FNV-1a and the finaliser of MurmurHash3, since
    // string.GetHashCode differs from process to process.
    private const ulong OffsetBasis = 14_695_981_039_346_656_037;
    private const ulong Prime = 1_099_511_628_211;

    private readonly Dictionary<ulong, int> _places = [];
    private readonly List<Feature> _features = [];

    /// <summary>The features of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">Its words.</param>
    public static LexicalFeatures Of(string text, IReadOnlyList<string> words)
    {
        var features = new LexicalFeatures();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            features.Add('w', word, WeightOf(word));
            if (i > 0)
            {
                features.Add('p', $"{words[i - 1]} {word}", PairWeight * Math.Min(WeightOf(words[i - 1]), WeightOf(word)));
            }

            if (!LexicalText.IsIdeograph(word))
            {
                features.AddPieces(word);
            }
        }

        if (words.Count == 0)
        {
            // Signs alone are a text too, and a vector of zeros would be near to nothing, itself included.
            features.Add('s', text, 1);
        }

        return features;
    }

    /// <summary>The vector: length 1.</summary>
    public float[] ToVector(int dimensions)
    {
        // In a fixed order and without hardware vectors, whose width would change the sums.
        var sums = new double[dimensions];
        foreach (var feature in _features)
        {
            // Not a logarithm: the root is exact by IEEE 754, and so the same everywhere.
            var value = feature.Weight * Math.Sqrt(feature.Count);
            var place = (int)(((feature.Hash >> 32) * (ulong)dimensions) >> 32);
            sums[place] += (feature.Hash & 1) == 0 ? value : -value;
        }

        var square = 0.0;
        foreach (var sum in sums)
        {
            square += sum * sum;
        }

        if (square == 0)
        {
            sums[0] = square = 1;
        }

        var length = Math.Sqrt(square);
        var vector = new float[dimensions];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(sums[i] / length);
        }

        return vector;
    }

    // Short words of alphabets are mostly the frequent ones that say little; there is no corpus to count in.
    private static float WeightOf(string word) => LexicalText.IsIdeograph(word) || char.IsAsciiDigit(word[0])
        ? 1
        : word.Length switch { 1 => 0.1f, 2 => 0.2f, 3 => 0.4f, 4 => 0.8f, _ => 1 };

    private void AddPieces(string word)
    {
        var marked = $"<{word}>";
        var weight = PieceWeight * WeightOf(word) / (float)Math.Sqrt(marked.Length);
        for (var length = 3; length <= 4; length++)
        {
            for (var i = 0; i + length <= marked.Length; i++)
            {
                Add('c', marked.AsSpan(i, length), weight);
            }
        }
    }

    private void Add(char kind, ReadOnlySpan<char> text, float weight)
    {
        var hash = Hash(kind, text);
        if (_places.TryGetValue(hash, out var place))
        {
            var known = _features[place];
            _features[place] = known with { Count = known.Count + 1, Weight = Math.Max(known.Weight, weight) };
            return;
        }

        _places.Add(hash, _features.Count);
        _features.Add(new Feature(hash, weight, 1));
    }

    private static ulong Hash(char kind, ReadOnlySpan<char> text)
    {
        var hash = (OffsetBasis ^ kind) * Prime;
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            foreach (var one in bytes[..rune.EncodeToUtf8(bytes)])
            {
                hash = (hash ^ one) * Prime;
            }
        }

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }

    private readonly record struct Feature(ulong Hash, float Weight, int Count);
}
