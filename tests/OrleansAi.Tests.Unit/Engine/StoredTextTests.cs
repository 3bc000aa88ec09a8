using OrleansAi.Engine.Records;
using OrleansAi.Journal;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>Texts in records.</summary>
public sealed class StoredTextTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void Of_ShortOrLong_StandsInTheRecordOrApart(int length, bool isInline)
    {
        var contents = new List<Content>();
        var text = new string('x', length);

        var stored = StoredText.Of(text, contents);

        Assert.Equal(text, stored.Text);
        Assert.Equal(isInline, stored.Inline is not null);
        Assert.Equal(isInline ? 0 : 1, contents.Count);
    }

    [Fact]
    public void Cut_PackedLengths_GivesThePiecesBack()
    {
        string[] pieces = ["a", new('b', 127), new('c', 128), new('d', 20_000), "東京"];

        var cut = Chunks.Cut(string.Concat(pieces), Chunks.Pack([.. pieces.Select(static piece => piece.Length)]));

        Assert.Equal(pieces, cut);
    }
}
