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
    public async Task Content_RefusedAtFirst_CanBeSmaller()
    {
        await Assert.ThrowsAsync<OrleansAiException>(() => _content.AppendAsync(0, Piece(5, 1), 4));
        await _content.AppendAsync(0, Piece(4, 1), 4);

        Assert.Equal(4, (await Content().ReadAsync(0)).Bytes.Length);
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

    [Fact]
    public async Task Store_WithoutTheKey_TellsNothing()
    {
        var chunk = Piece(5_000, 7);
        await _content.AppendAsync(0, chunk, Most);
        Assert.All(_journal.Contents, stored => Assert.True(stored.Span.IndexOf(chunk.Bytes.AsSpan(0, 16)) < 0));
        var keys = await _journal.ReadKeysAsync("tenant/file-1", CancellationToken.None);
        Assert.Equal(33, keys!.Length);

        await _content.EraseAsync();

        Assert.Empty((await _journal.ReadKeysAsync("tenant/file-1", CancellationToken.None))!);
    }

    [Fact]
    public void Piece_ChangedOrOfAnotherPlace_IsNotOpened()
    {
        var seal = FileSeal.New();
        var bytes = seal.Seal("tenant/file-1", 0, [1, 2, 3]);

        Assert.Equal([1, 2, 3], FileSeal.Parse(seal.ToBytes()).Open("tenant/file-1", 0, bytes));
        Assert.Equal(ErrorCodes.Internal, Assert.Throws<OrleansAiException>(() => seal.Open("tenant/file-1", 1, bytes)).Code);
        Assert.Throws<OrleansAiException>(() => seal.Open("other/file-1", 0, bytes));
        Assert.Throws<OrleansAiException>(() => FileSeal.New().Open("tenant/file-1", 0, bytes));
        Assert.Throws<OrleansAiException>(() => FileSeal.Parse([2, .. new byte[32]]));
        bytes[0] ^= 1;
        Assert.Throws<OrleansAiException>(() => seal.Open("tenant/file-1", 0, bytes));
    }

    [Fact]
    public async Task Files_OfTheSameContent_AreStoredUnderKeysOfTheirOwn()
    {
        await _content.AppendAsync(0, Piece(5_000, 7), Most);
        var other = new FileContent(_journal, new IdSource(TimeProvider.System), TimeProvider.System, "tenant/file-2");
        await other.AppendAsync(0, Piece(5_000, 7), Most);

        Assert.Equal(2, _journal.Contents.Select(static stored => Convert.ToHexString(stored.Span)).Distinct().Count());
    }

    private static FileChunk Piece(int length, byte value)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, value);
        return new FileChunk { Bytes = bytes };
    }

    private FileContent Content() => new(_journal, new IdSource(TimeProvider.System), TimeProvider.System, "tenant/file-1");
}
