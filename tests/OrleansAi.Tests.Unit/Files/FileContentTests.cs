using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Contracts.Ids;
using OrleansAi.Files;
using OrleansAi.Tests.Unit.Access;
using Xunit;

namespace OrleansAi.Tests.Unit.Files;

public sealed class FileContentTests
{
    private const long Most = 10 << 20;
    private readonly MemoryJournal _journal = new();
    private readonly FileContent _content;

    public FileContentTests() => _content = Content();

    [Fact]
    public async Task Pieces_ComeBackAsTheyWere()
    {
        var (first, second) = (Piece(FileChunk.MostBytes, 1), Piece(100, 2));
        await _content.AppendAsync(0, first, Most);
        await _content.AppendAsync(1, second, Most);

        var other = Content();
        Assert.Equal(first.Bytes, (await other.ReadAsync(0)).Bytes);
        Assert.Equal(second.Bytes, (await other.ReadAsync(1)).Bytes);
        Assert.Equal(ErrorCodes.FileNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => other.ReadAsync(2))).Code);
    }

    [Fact]
    public async Task Piece_SentAgainAfterALoss_IsThereOnce()
    {
        await _content.AppendAsync(0, Piece(FileChunk.MostBytes, 1), Most);

        var next = Content();
        await next.AppendAsync(0, Piece(FileChunk.MostBytes, 1), Most);
        await next.AppendAsync(1, Piece(5, 2), Most);

        Assert.Equal(2, _journal.All.Count);
        await Assert.ThrowsAsync<OrleansAiException>(() => next.AppendAsync(0, Piece(FileChunk.MostBytes, 9), Most));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(-1, 5)]
    [InlineData(0, 0)]
    [InlineData(0, FileChunk.MostBytes + 1)]
    public async Task Piece_OutOfOrderOrForm_IsRefused(int index, int length) => Assert.Equal(
        ErrorCodes.InvalidRequest, (await Assert.ThrowsAsync<OrleansAiException>(() => _content.AppendAsync(index, Piece(length, 1), Most))).Code);

    [Fact]
    public async Task Piece_BehindAShortOne_IsRefused()
    {
        await _content.AppendAsync(0, Piece(5, 1), Most);

        await Assert.ThrowsAsync<OrleansAiException>(() => _content.AppendAsync(1, Piece(5, 2), Most));
    }

    [Fact]
    public async Task Content_LargerThanTheLimit_IsRefusedByName()
    {
        await _content.AppendAsync(0, Piece(FileChunk.MostBytes, 1), FileChunk.MostBytes + 4);

        var refused = await Assert.ThrowsAsync<OrleansAiException>(() => _content.AppendAsync(1, Piece(5, 2), FileChunk.MostBytes + 4));

        Assert.Equal(ErrorCodes.FileTooLarge, refused.Code);
    }

    [Fact]
    public async Task Owners_TwoAtOnce_WriteEachPieceOnce()
    {
        var other = Content();
        await Assert.ThrowsAsync<OrleansAiException>(() => other.ReadAsync(0));
        await _content.AppendAsync(0, Piece(5, 1), Most);

        var conflict = await Assert.ThrowsAsync<OrleansAiException>(() => other.AppendAsync(0, Piece(5, 1), Most));
        Assert.Equal((ErrorCodes.VersionConflict, true), (conflict.Code, conflict.IsTransient));
        await other.AppendAsync(0, Piece(5, 1), Most);

        Assert.Single(_journal.All);
    }

    [Fact]
    public async Task Erased_CanNeitherBeReadNorWritten()
    {
        await _content.AppendAsync(0, Piece(5, 1), Most);
        await _content.EraseAsync();
        await _content.EraseAsync();

        var other = Content();
        Assert.Equal(ErrorCodes.FileNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => other.ReadAsync(0))).Code);
        Assert.Equal(ErrorCodes.FileNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => other.AppendAsync(0, Piece(5, 1), Most))).Code);
        Assert.Equal(2, _journal.All.Count);
    }

    private static FileChunk Piece(int length, byte value)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, value);
        return new FileChunk { Bytes = bytes };
    }

    private FileContent Content() => new(_journal, new IdSource(TimeProvider.System), TimeProvider.System, "tenant/file-1");
}
