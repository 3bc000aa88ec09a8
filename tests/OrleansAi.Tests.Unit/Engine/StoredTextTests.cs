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
    public void Pack_TextAlone_GivesTheLengthsBack()
    {
        StreamPiece[] pieces = [new(0, 1), new(0, 127), new(0, 128), new(0, 20_000), new(0, 2)];

        Assert.Equal(pieces, Chunks.Unpack(Chunks.Pack(pieces)));
    }

    [Fact]
    public void Pack_AllKinds_GivesThePiecesBack()
    {
        StreamPiece[] pieces = [new(Chunks.Reasoning, 300), new(Chunks.Text, 2), new(Chunks.FirstCall, 0), new(Chunks.FirstCall + 130, 9)];

        Assert.Equal(pieces, Chunks.Unpack(Chunks.Pack(pieces)));
    }

    [Fact]
    public void Pack_Marks_GivesThePiecesBack()
    {
        StreamPiece[] pieces = [new(Chunks.Text, 0), new(Chunks.Text, 2), new(Chunks.Refusal, 0)];

        Assert.Equal(pieces, Chunks.Unpack(Chunks.Pack(pieces)));
        Assert.Equal([true, false, true], pieces.Select(static piece => piece.IsMark));
    }

    [Fact]
    public void Pack_OneText_SaysNothing() => Assert.Null(Chunks.Pack([new(Chunks.Text, 12)]));
}
