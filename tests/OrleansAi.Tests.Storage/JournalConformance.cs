using System.Text;
using OrleansAi.Journal;
using Xunit;

namespace OrleansAi.Tests.Storage;

/// <summary>What the journal must do over every store, whatever the store does to it.</summary>
public abstract class JournalConformance : BatchReadConformance
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Journal_KeysChangedButAnswerLost_AreSettledWithTheRecord()
    {
        var faulty = new FaultyStore(Store) { LoseAnswers = 1 };
        await using var journal = Host.Journal(faulty);
        var stream = Some.Stream();

        var outcome = await journal.AppendAsync(WithKeys(stream, 0, "kept", KeyErasure.AtOnce), None);

        Assert.Equal(AppendStatus.Committed, outcome.Status);
        Assert.Equal("kept", await KeysAsync(journal, stream));
        Assert.Single(await Store.ReadForwardAsync(stream, 0, 10, [], None));
    }

    [Fact]
    public async Task Journal_ManyStreamsWithAFewConflicts_NeighboursAreNotFailed()
    {
        await using var journal = Host.Journal();
        var streams = Enumerable.Range(0, 200).Select(static _ => Some.Stream()).ToArray();
        foreach (var taken in streams.Where(static (_, i) => i % 50 == 7))
        {
            await Store.CommitAsync([Some.Append(taken, 0)], None);
        }

        var outcomes = await Task.WhenAll(streams.Select(stream => journal.AppendAsync(Some.Append(stream, 0), None)));

        for (var i = 0; i < streams.Length; i++)
        {
            Assert.Equal(i % 50 == 7 ? AppendStatus.PositionTaken : AppendStatus.Committed, outcomes[i].Status);
            Assert.Single(await Store.ReadForwardAsync(streams[i], 0, 10, [], None));
        }
    }

    [Fact]
    public async Task Journal_FailedCleanly_IsTriedAgainAndStandsOnce()
    {
        var faulty = new FaultyStore(Store) { FailCleanly = 2 };
        await using var journal = Host.Journal(faulty);
        var stream = Some.Stream();

        var outcome = await journal.AppendAsync(Some.Append(stream, 0), None);

        Assert.Equal(AppendStatus.Committed, outcome.Status);
        Assert.Equal(3, faulty.Commits);
        Assert.Single(await Store.ReadForwardAsync(stream, 0, 10, [], None));
    }

    [Fact]
    public async Task Journal_FailsCleanlyForGood_ThrowsAndWroteNothing()
    {
        var faulty = new FaultyStore(Store) { FailCleanly = int.MaxValue };
        await using var journal = Host.Journal(faulty, new JournalOptions { Attempts = 2 });
        var stream = Some.Stream();

        var error = await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync(Some.Append(stream, 0), None));

        Assert.True(error.OutcomeKnown);
        Assert.Equal(2, faulty.Commits);
        Assert.Empty(await Store.ReadForwardAsync(stream, 0, 10, [], None));
    }

    [Fact]
    public async Task Journal_CommittedButAnswerLost_IsSettledByReading()
    {
        var faulty = new FaultyStore(Store) { LoseAnswers = 1 };
        await using var journal = Host.Journal(faulty);
        var stream = Some.Stream();
        var run = Some.Run("local", stream[6..], 1);
        var key = new IdempotencyEntry("local", Some.Ids.New("key_"), "hash", run.RunId, run.Conversation, 5);

        var outcome = await journal.AppendAsync(
            Some.Append(stream, 0) with { Runs = [new(RunChangeKind.Open, run)], Idempotency = key }, None);

        Assert.Equal(AppendStatus.Committed, outcome.Status);
        Assert.Single(await Store.ReadForwardAsync(stream, 0, 10, [], None));
        Assert.Equal(run, await Store.FindRunAsync("local", run.RunId, None));
    }

    [Fact]
    public async Task Journal_AnswerOfABatchLost_EveryAppendIsSettled()
    {
        var faulty = new FaultyStore(Store) { LoseAnswers = 1, Hold = new TaskCompletionSource() };
        await using var journal = Host.Journal(faulty);
        var streams = Enumerable.Range(0, 20).Select(static _ => Some.Stream()).ToArray();

        // The first append is held in the store, so that the others are gathered into one batch behind it.
        var first = journal.AppendAsync(Some.Append(Some.Stream(), 0), None);
        await faulty.Entered.Task;
        var rest = streams.Select(stream => journal.AppendAsync(Some.Append(stream, 0), None)).ToArray();
        faulty.LoseAnswers = 2;
        faulty.Hold.SetResult();

        Assert.Equal(AppendStatus.Committed, (await first).Status);
        Assert.All(await Task.WhenAll(rest), static outcome => Assert.Equal(AppendStatus.Committed, outcome.Status));
        foreach (var stream in streams)
        {
            Assert.Single(await Store.ReadForwardAsync(stream, 0, 10, [], None));
        }
    }

    [Fact]
    public async Task Journal_PositionTakenByAnother_IsToldToTheOwner()
    {
        await using var journal = Host.Journal();
        var stream = Some.Stream();
        var theirs = Some.Record("{\"by\":\"another\"}");
        await Store.CommitAsync([Some.Append(stream, 0, theirs)], None);

        var outcome = await journal.AppendAsync(Some.Append(stream, 0), None);

        Assert.Equal(AppendStatus.PositionTaken, outcome.Status);
        Assert.Equal(theirs.RecordId, Assert.Single(await Store.ReadForwardAsync(stream, 0, 10, [], None)).RecordId);
    }

    [Fact]
    public async Task Journal_AnswerLostAndPositionTakenByAnother_IsNotTakenForOurs()
    {
        var stream = Some.Stream();
        var faulty = new FaultyStore(Store) { LoseWrites = 1 };
        faulty.BeforeCommit = async attempt =>
        {
            if (attempt == 2)
            {
                await Store.CommitAsync([Some.Append(stream, 0, Some.Record("{\"by\":\"another\"}"))], None);
            }
        };
        await using var journal = Host.Journal(faulty);

        var outcome = await journal.AppendAsync(Some.Append(stream, 0), None);

        Assert.Equal(AppendStatus.PositionTaken, outcome.Status);
        Assert.Equal("{\"by\":\"another\"}", Encoding.UTF8.GetString(
            Assert.Single(await Store.ReadForwardAsync(stream, 0, 10, [], None)).Body.Span));
    }

    [Fact]
    public async Task Journal_TooManyPending_IsRefusedByName()
    {
        var faulty = new FaultyStore(Store) { Hold = new TaskCompletionSource() };
        await using var journal = Host.Journal(faulty, new JournalOptions { MaxPending = 3 });
        var first = journal.AppendAsync(Some.Append(Some.Stream(), 0), None);
        await faulty.Entered.Task;
        var waiting = Enumerable.Range(0, 3).Select(_ => journal.AppendAsync(Some.Append(Some.Stream(), 0), None)).ToArray();

        var error = await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync(Some.Append(Some.Stream(), 0), None));

        Assert.True(error is { OutcomeKnown: true, IsTransient: true });
        faulty.Hold.SetResult();
        await Task.WhenAll([first, .. waiting]);
    }
}
