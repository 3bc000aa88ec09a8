using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine.Integrity;

/// <summary>The hashes of journals that exist depend on every byte of this.</summary>
public sealed class RecordChainTests
{
    [Fact]
    public void Digest_AndLink_AreWhatAnotherImplementationComputes()
    {
        byte[] witness = [1, .. Enumerable.Range(0, 32).Select(static i => (byte)i)];
        var digest = RecordChain.Digest(
            "local/conv_straße", 7, Guid.Parse("0198c0de-0000-7000-8000-000000000001"), RecordKind.RunAdmitted, 1_700_000_000_000, witness,
            "{\"run\":\"resp_1\"}"u8);
        var first = RecordChain.Link([], digest);

        Assert.Equal("4748d810d74b999606551086a5121d9c4c3f76c1ad1636f5d0ea46647e212bab", Convert.ToHexStringLower(digest));
        Assert.Equal("84ee7c259c25c1e4c2cb503a6775da2524ed1364e786e26ce4ae443f29a44726", Convert.ToHexStringLower(first));
        Assert.Equal("20c9e43665d1e1510d827f193b6058723a035aadd92410f4188f6a05922be048", Convert.ToHexStringLower(RecordChain.Link(first, digest)));
    }

    [Fact]
    public void HeadOf_TurnsAndOtherRecords_MovesForTheOthersAndTheFirst()
    {
        Assert.Equal(1, RecordChain.HeadOf(Append(0, RecordKind.RunAdmitted)));
        Assert.Null(RecordChain.HeadOf(Append(1, RecordKind.RunEnded)));
        Assert.Null(RecordChain.HeadOf(Append(1, RecordKind.RunAdmitted)));
        Assert.Equal(2, RecordChain.HeadOf(Append(1, RecordKind.RunRecovered)));
        Assert.Equal(3, RecordChain.HeadOf(Append(1, RecordKind.ItemsAdded, RecordKind.ItemsDeleted, RecordKind.RunAdmitted)));
    }

    [Fact]
    public void Witness_StoredAndRead_IsTheSame()
    {
        var hash = ContentHash.Of("content"u8);
        var run = new RunEntry
        {
            Tenant = "local", RunId = "chatcmpl_1", Conversation = "conv_1", Model = "default", Status = RunStatus.Completed, CreatedAt = 1,
            AdmittedPosition = 1, Listing = "chatcmpl_1",
        };
        var append = Append(0, RecordKind.RunEnded) with
        {
            Contents = [new Content(hash, "content"u8.ToArray()), new Content(hash, "content"u8.ToArray())],
            Keys = new KeyChange("keys"u8.ToArray(), KeyErasure.None),
            Runs = [new RunChange(RunChangeKind.End, run), new RunChange(RunChangeKind.Unlist, run)],
        };

        var witness = Witness.Read(Witness.Of(append));

        Assert.Equal([hash], witness.Contents);
        Assert.Equal(ContentHash.Of("keys"u8), witness.Keys);
        Assert.Equal("chatcmpl_1", witness.Listed["chatcmpl_1"]);
        Assert.Equal(["chatcmpl_1"], witness.Unlisted);
        Assert.Null(Witness.Of(Append(0, RecordKind.RunEnded)));
    }

    [Theory]
    [InlineData(new byte[] { 9 })]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 4 })]
    [InlineData(new byte[] { 4, 5, 65 })]
    public void Witness_Broken_IsRefused(byte[] bytes) => Assert.Throws<InvalidDataException>(() => Witness.Read(bytes));

    private static JournalAppend Append(long expected, params RecordKind[] kinds) => new(
        "local/conv_1", expected, [.. kinds.Select(static (kind, i) => new NewRecord(new Guid(i, 0, 0, new byte[8]), kind, new byte[] { 1 }, 1))]);
}
