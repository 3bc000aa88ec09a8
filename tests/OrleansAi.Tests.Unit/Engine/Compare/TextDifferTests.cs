using OrleansAi.Contracts.Comparison;
using OrleansAi.Engine.Compare;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine.Compare;

/// <summary>Texts compared line by line.</summary>
public sealed class TextDifferTests
{
    [Fact]
    public void Compare_EqualTexts_DifferInNothing()
    {
        Assert.Null(TextDiffer.Compare("text", "a\nb", "a\nb"));
        Assert.Null(TextDiffer.Compare("text", null, null));
    }

    [Fact]
    public void Compare_TwoPlacesFarApart_AreTwoHunksWithTheLinesAround()
    {
        var a = Enumerable.Range(1, 30).Select(static line => $"line {line}").ToArray();
        var b = a.ToArray();
        b[4] = "changed";
        b[20] = "changed too";

        var diff = TextDiffer.Compare("text", string.Join('\n', a), string.Join('\n', b))!;

        Assert.Equal([(2, 2), (18, 18)], diff.Hunks.Select(static hunk => (hunk.StartA, hunk.StartB)));
        Assert.Equal([" line 2", " line 3", " line 4", "-line 5", "+changed", " line 6", " line 7", " line 8"], diff.Hunks[0].Lines);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Compare_AnyTwoTexts_HunksMakeTheSecondOfTheFirst(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var a = Lines(random);
            var b = Lines(random);
            var diff = TextDiffer.Compare("text", string.Join('\n', a), string.Join('\n', b));

            Assert.Equal(b, Apply(a, diff?.Hunks ?? []));
        }
    }

    [Fact]
    public void Compare_DestroyedOrTooLong_IsNamedAndNotShown()
    {
        var destroyed = TextDiffer.Compare("text", "known", "\uFFFD", isDestroyedB: true)!;
        Assert.Equal((TextDiffState.Destroyed, null, 0), (destroyed.State, destroyed.HashB, destroyed.Hunks.Count));
        Assert.NotNull(destroyed.HashA);

        var tooLong = TextDiffer.Compare("text", new string('x', TextDiffer.MostCharacters + 1), "y")!;
        Assert.Equal((TextDiffState.TooLong, 0), (tooLong.State, tooLong.Hunks.Count));
        Assert.Equal(TextDiffState.TooLong, TextDiffer.Compare("text", new string('\n', TextDiffer.MostLines + 1), "y")!.State);
    }

    private static List<string> Lines(Random random) => [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => $"{random.Next(6)}")];

    private static List<string> Apply(List<string> a, IReadOnlyList<TextHunk> hunks)
    {
        var result = new List<string>();
        var at = 0;
        foreach (var hunk in hunks)
        {
            result.AddRange(a.Skip(at).Take(hunk.StartA - 1 - at));
            Assert.Equal(hunk.StartB - 1, result.Count);
            result.AddRange(hunk.Lines.Where(static line => line[0] != '-').Select(static line => line[1..]));
            at = hunk.StartA - 1 + hunk.Lines.Count(static line => line[0] != '+');
        }

        result.AddRange(a.Skip(at));
        return result;
    }
}
