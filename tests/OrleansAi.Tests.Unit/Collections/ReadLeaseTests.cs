using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansAi.Collections;
using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Vectors;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;
using OrleansAi.Tests.Unit.Access;
using Xunit;

namespace OrleansAi.Tests.Unit.Collections;

/// <summary>Owners of one collection that do not know of each other, and answer reads without asking the store.</summary>
public sealed class ReadLeaseTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(500);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero));
    private readonly FaultyJournal _journal = new(new MemoryJournal());

    [Fact]
    public Task Confirm_OfAnOwnerThatWrote_AsksTheStoreOnceInALease() => Turns.RunAsync(async () =>
    {
        using var owner = Own();
        await CreateAsync(owner);
        _time.Advance(Lease);
        var before = _journal.Records;
        for (var i = 0; i < 10; i++)
        {
            await owner.ConfirmAsync();
        }

        var once = _journal.Records - before;
        _time.Advance(Lease);
        await owner.ConfirmAsync();

        Assert.Equal((1, 2), (once, _journal.Records - before));
    });

    [Fact]
    public Task Confirm_OfAnOwnerThatOnlyReads_AsksUntilItHasARecordOfItsOwn() => Turns.RunAsync(async () =>
    {
        using var first = Own();
        await CreateAsync(first);
        using var second = Own();
        _time.Advance(TimeSpan.FromMinutes(1));
        await second.ConfirmAsync();
        var asked = _journal.Records;
        await second.ConfirmAsync();
        await second.ConfirmAsync();

        Assert.Equal((asked, 2L), (_journal.Records, second.State.Position));

        // Whoever had the lease before finds that record once he may not do without asking any more.
        await SettleAsync(first);
        Assert.Equal(2, first.State.Position);
    });

    [Fact]
    public Task Append_OfAnotherOwner_IsShownToNobodyBeforeTheFirstOneAsks() => Turns.RunAsync(async () =>
    {
        using var first = Own();
        await CreateAsync(first);
        _time.Advance(TimeSpan.FromMinutes(1));
        using var second = Own();
        await second.LoadAsync();
        await first.ConfirmAsync();
        var write = RenameAsync(second, "new");
        await first.ConfirmAsync();
        var read = second.ConfirmAsync();
        var stale = first.State.Name;
        var (written, shown) = (write.IsCompleted, read.IsCompleted);
        _time.Advance(Lease + TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(write, read);
        await SettleAsync(first);

        Assert.Equal(("old", false, false), (stale, written, shown));
        Assert.Equal("new", first.State.Name);
    });

    [Fact]
    public Task Append_OfTheOwnerWhoseLeaseWasLost_IsRefusedAndMadeAgainAndWaits() => Turns.RunAsync(async () =>
    {
        using var first = Own();
        await CreateAsync(first);
        _time.Advance(TimeSpan.FromMinutes(1));
        using var second = Own();
        await second.LoadAsync();
        await first.ConfirmAsync();
        var others = RenameAsync(second, "of the second");
        _time.Advance(Lease + TimeSpan.FromMilliseconds(1));
        await others;
        await second.ConfirmAsync();
        var own = RenameAsync(first, "of the first");
        var isWaiting = !own.IsCompleted;
        await second.ConfirmAsync();
        var stale = second.State.Name;
        _time.Advance(Lease + TimeSpan.FromMilliseconds(1));
        await own;
        await SettleAsync(second);

        Assert.Equal((true, "of the second", "of the first"), (isWaiting, stale, second.State.Name));
    });

    [Fact]
    public Task Load_BehindARecordOfAMomentAgo_WaitsUntilItIsShownToAll() => Turns.RunAsync(async () =>
    {
        using var first = Own();
        await CreateAsync(first);
        using var second = Own();
        var early = second.ConfirmAsync();
        var isWaiting = !early.IsCompleted;
        _time.Advance(Lease + TimeSpan.FromMilliseconds(1));
        await early;
        _time.Advance(TimeSpan.FromMinutes(1));
        using var third = Own();
        await third.ConfirmAsync();

        Assert.True(isWaiting);
    });

    private CollectionLedger Own()
    {
        var ids = new IdSource(_time);
        var contents = new CollectionContents(_journal, ids, _time, StreamNames.CollectionContents(CollectionEstate.Stream));
        return new CollectionLedger(_journal, contents, ids, _time, CollectionEstate.Stream, "silo", NullLogger.Instance, Lease);
    }

    // What somebody else wrote a moment ago is shown once everybody must have seen it.
    private async Task SettleAsync(CollectionLedger owner)
    {
        var read = owner.ConfirmAsync();
        _time.Advance(Lease + TimeSpan.FromMilliseconds(1));
        await read;
    }

    private static Task CreateAsync(CollectionLedger owner) => owner.AppendAsync(static state => CollectionDecisions.Create(state, new CollectionCreated
    {
        Id = "vs_1",
        Name = "old",
        Generation = new IndexGeneration
        {
            Number = 1,
            Model = new EmbeddingModel("test/ngram", 64),
            NamesVendor = true,
            Analyzer = TextAnalyzer.English.Name,
            Chunking = new ChunkingOptions(),
        },
    }));

    private static Task RenameAsync(CollectionLedger owner, string name) => owner.AppendAsync(state =>
        CollectionDecisions.Update(state, new CollectionUpdated { Name = name, Metadata = state.Metadata, ExpiresAfterDays = null }));
}
