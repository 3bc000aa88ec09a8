using OrleansAi.Engine.Records;
using OrleansAi.Tests.Unit.Engine.Sealing;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>Texts in records.</summary>
public sealed class StoredTextTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public async Task Seal_ShortOrLong_StandsInTheRecordOrApart(int length, bool isInline)
    {
        var journal = new SealedJournal();
        var text = StoredText.Of(new string('x', length));

        var stored = await journal.AppendAsync(new RunAdmittedBody
        {
            RunId = "resp_1", Model = "default", CreatedAt = 1, Input = [], Instructions = text, Silo = "silo",
        });

        Assert.Equal(isInline ? 0 : 1, stored.Contents.Count);
        Assert.Equal(text.Text, ((RunAdmittedBody)(await journal.ReadAsync())[0]).Instructions!.Text);
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
