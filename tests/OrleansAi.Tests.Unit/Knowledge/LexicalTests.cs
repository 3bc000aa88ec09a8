using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Segments;
using Xunit;

namespace OrleansAi.Tests.Unit.Knowledge;

/// <summary>Terms, inverted index and BM25.</summary>
public sealed class LexicalTests
{
    [Theory]
    [InlineData("Hello, World!", "hello world")]
    [InlineData("error E-04 (0x80070005)", "error e 04 0x80070005")]
    [InlineData("Straße ÄÖÜ naïve", "straße äöü naïve")]
    [InlineData("Ελλάδα Москва", "ελλάδα москва")]
    [InlineData("東京タワー", "東 京 タ ワ ー")]
    [InlineData("snake_case kebab-case", "snake case kebab case")]
    [InlineData("𝒳 🦊 x", "𝒳 x")]
    [InlineData("\ud800 half", "half")]
    [InlineData("", "")]
    public void Terms_OfAnyScript_AreRunsOfLettersAndDigitsInLowerCase(string text, string terms)
    {
        Assert.Equal(terms.Split(' ', StringSplitOptions.RemoveEmptyEntries), TextAnalyzer.Plain.Terms(text));
    }

    [Fact]
    public void Terms_OfAnEndlessRun_AreCut()
    {
        var terms = TextAnalyzer.Plain.Terms(new string('a', 150) + " b");

        Assert.Equal([64, 64, 22, 1], terms.Select(static term => term.Length));
    }

    [Theory]
    [InlineData("index indexes indexing indexed")]
    [InlineData("run runs running")]
    [InlineData("copy copies copied copying")]
    [InlineData("hope hopes hoped hoping")]
    [InlineData("box boxes boxing boxed")]
    [InlineData("house houses housing housed")]
    [InlineData("fill fills filled filling")]
    [InlineData("battery batteries")]
    public void Terms_OfOneEnglishWord_AreTheSame(string forms)
    {
        Assert.Single(TextAnalyzer.English.Terms(forms).Distinct());
    }

    [Theory]
    [InlineData("bus")]
    [InlineData("glass")]
    [InlineData("this")]
    [InlineData("ring")]
    [InlineData("bed")]
    public void Terms_OfAWordThatOnlyLooksInflected_StayAsTheyAre(string word)
    {
        Assert.Equal([word], TextAnalyzer.English.Terms(word));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Score_OfRandomChunks_IsThatOfTheFormula(int seed)
    {
        var random = new Random(seed);
        var texts = Enumerable.Range(0, 60).Select(_ => Indexes.Text(random, random.Next(1, 40))).ToArray();
        var live = ChunkBitmap.Where(texts.Length, _ => random.Next(4) > 0);
        var segment = Segment(texts);
        var query = new LexicalQuery(TextAnalyzer.English, Indexes.Text(random, 5));
        var top = new TopChunks(texts.Length, atLeast: 0);

        Bm25.Score(query, LexicalStatistics.Of(query, segment, live, segment.LengthOf(live)), segment, live, ref top);

        var alive = texts.Where((_, i) => live[i]).Select(TextAnalyzer.English.Terms).ToArray();
        var average = alive.Average(static terms => terms.Count);
        var expected = texts.Select((text, i) => (Chunk: i, Score: live[i] ? Formula(TextAnalyzer.English.Terms(text)) : 0))
            .Where(static entry => entry.Score > 0).ToDictionary(static entry => entry.Chunk, static entry => entry.Score);
        var found = top.Take();
        Assert.Equal(expected.Keys.Order(), found.Select(static entry => entry.Chunk).Order());
        Assert.All(found, entry => Assert.Equal(expected[entry.Chunk], entry.Score, 1e-4));

        double Formula(IReadOnlyList<string> terms)
        {
            var score = 0.0;
            foreach (var (term, count) in query.Terms)
            {
                var frequency = alive.Count(chunk => chunk.Contains(term));
                var inverse = Math.Log(1 + ((alive.Length - frequency + 0.5) / (frequency + 0.5)));
                var times = terms.Count(candidate => candidate == term);
                score += count * inverse * times * 2.2 / (times + (1.2 * (0.25 + (0.75 * terms.Count / average))));
            }

            return score;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Merge_OfSegmentsWithDeletedChunks_IsByteForByteTheSegmentBuiltAnew(int seed)
    {
        var random = new Random(seed);
        var parts = Enumerable.Range(0, 4).Select(_ =>
        {
            var texts = Enumerable.Range(0, random.Next(0, 50)).Select(_ => Indexes.Text(random, random.Next(0, 30))).ToArray();
            return (Texts: texts, Segment: Segment(texts), Live: ChunkBitmap.Where(texts.Length, _ => random.Next(3) > 0));
        }).ToArray();

        var merged = LexicalSegment.Merge([.. parts.Select(static part => (part.Segment, part.Live))]);

        var anew = Segment([.. parts.SelectMany(static part => part.Texts.Where((_, i) => part.Live[i]))]);
        Assert.Equal(anew.ToBytes(), merged.ToBytes());
    }

    [Fact]
    public void Read_OfWhatWasWritten_WritesTheSame()
    {
        var bytes = Segment("one two two", "", "three 東京").ToBytes();

        Assert.Equal(bytes, LexicalSegment.Read(bytes).ToBytes());
    }

    [Fact]
    public void Read_OfDamagedBytes_SaysSo()
    {
        var bytes = Segment("one two two", "three four").ToBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 0x10;

            Assert.Equal(ErrorCodes.IndexCorrupt, Assert.Throws<OrleansAiException>(() => LexicalSegment.Read(damaged)).Code);
            Assert.Equal(ErrorCodes.IndexCorrupt, Assert.Throws<OrleansAiException>(() => LexicalSegment.Read(bytes.AsMemory(0, i))).Code);
        }
    }

    private static LexicalSegment Segment(params string[] texts)
    {
        var builder = new LexicalSegmentBuilder(TextAnalyzer.English);
        foreach (var text in texts)
        {
            builder.Add(text);
        }

        return builder.Build();
    }
}
