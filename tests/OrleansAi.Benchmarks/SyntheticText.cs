using System.Text;

namespace OrleansAi.Benchmarks;

/// <summary>
/// Text whose words are as frequent as those of a language: a vocabulary of 60,000 made-up words, drawn by Zipf's law, each passage with a subject of
/// its own that gives some words more often.
/// </summary>
internal sealed class SyntheticText
{
    private const int Vocabulary = 60_000;
    private const int Subjects = 500;
    private const int SubjectWords = 60;
    private static readonly string[] Syllables = "a an ba be bo ca ce co da de di do e en er fa fe ga ge ha he i in is ka ke la le li lo ma me mi mo na ne no o on or pa pe po ra re ri ro sa se si so ta te ti to u un va ve vi we wi za".Split(' ');

    private readonly Random _random;
    private readonly string[] _words;
    private readonly double[] _shares;
    private readonly int[][] _subjects;

    public SyntheticText(int seed)
    {
        _random = new Random(seed);
        var words = new HashSet<string>(StringComparer.Ordinal);
        while (words.Count < Vocabulary)
        {
            // Frequent words are short, as they are everywhere.
            var length = 1 + (int)Math.Log10(1 + words.Count);
            words.Add(string.Concat(Enumerable.Range(0, _random.Next(length, length + 2)).Select(_ => Syllables[_random.Next(Syllables.Length)])));
        }

        _words = [.. words];
        _shares = new double[Vocabulary];
        var sum = 0.0;
        for (var i = 0; i < Vocabulary; i++)
        {
            _shares[i] = sum += 1.0 / (i + 2);
        }

        _subjects = [.. Enumerable.Range(0, Subjects).Select(_ => Enumerable.Range(0, SubjectWords).Select(_ => _random.Next(200, Vocabulary)).ToArray())];
    }

    public string Passage(int words) => Passage(_subjects[_random.Next(Subjects)], words);

    /// <summary>Some words of a subject among frequent ones.</summary>
    public string Question() => Passage(_subjects[_random.Next(Subjects)], 8);

    private string Passage(int[] subject, int words)
    {
        var text = new StringBuilder();
        for (var i = 0; i < words; i++)
        {
            var word = _random.Next(4) == 0 ? subject[_random.Next(subject.Length)] : Frequent();
            text.Append(i == 0 ? "" : " ").Append(_words[word]);
        }

        return text.ToString();
    }

    private int Frequent()
    {
        var found = Array.BinarySearch(_shares, _random.NextDouble() * _shares[^1]);
        return Math.Min(found < 0 ? ~found : found, Vocabulary - 1);
    }
}
