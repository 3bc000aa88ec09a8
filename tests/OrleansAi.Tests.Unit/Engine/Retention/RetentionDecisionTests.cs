using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Retention;
using OrleansAi.Journal;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine.Retention;

/// <summary>What becomes of a run under a tenant's limits.</summary>
public sealed class RetentionDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public void Of_EndedExactlyAsLongAgoAsTheLimit_IsTooOld()
    {
        var decision = new RetentionDecision(new RetentionPolicy(Day, null), Now, 0);

        Assert.Equal(RetentionVerdict.TooOld, decision.Of(Ended(Day)));
        Assert.Equal(RetentionVerdict.Kept, decision.Of(Ended(Day - TimeSpan.FromMilliseconds(1))));
    }

    [Fact]
    public void Of_AdmittedLongAgoButEndedLately_IsKept()
    {
        var run = Ended(TimeSpan.FromHours(1)) with { CreatedAt = (Now - (2 * Day)).ToUnixTimeMilliseconds() };

        Assert.Equal(RetentionVerdict.Kept, new RetentionDecision(new RetentionPolicy(Day, null), Now, 0).Of(run));
    }

    [Fact]
    public void Of_PinnedOrReleased_IsSettledWhateverTheLimits()
    {
        var decision = new RetentionDecision(new RetentionPolicy(Day, 1), Now, 1_000);

        Assert.Equal(RetentionVerdict.Settled, decision.Of(Ended(3 * Day) with { Pinned = true }));
        Assert.Equal(RetentionVerdict.Settled, decision.Of(Ended(3 * Day) with { ReleasedAt = 1 }));
        Assert.Equal(RetentionVerdict.TooOld, decision.Of(Ended(3 * Day) with { Pinned = false }));
    }

    [Fact]
    public void Of_Open_IsLookedAtAgain()
    {
        var run = Ended(3 * Day) with { EndedAt = null, EndedPosition = null };

        Assert.Equal(RetentionVerdict.Open, new RetentionDecision(new RetentionPolicy(Day, 1), Now, 1_000).Of(run));
    }

    [Fact]
    public void Of_MoreThanTheLimit_TheOldestGoUntilTheRestFits()
    {
        var decision = new RetentionDecision(new RetentionPolicy(null, 100), Now, 250);
        var verdicts = new List<RetentionVerdict>();
        for (var i = 5; i > 0; i--)
        {
            var verdict = decision.Of(Ended(TimeSpan.FromHours(i)));
            verdicts.Add(verdict);
            if (verdict == RetentionVerdict.TooMuch)
            {
                decision.Take(60);
            }
        }

        Assert.Equal(
            [RetentionVerdict.TooMuch, RetentionVerdict.TooMuch, RetentionVerdict.TooMuch, RetentionVerdict.Kept, RetentionVerdict.Kept], verdicts);
        Assert.Equal(70, decision.Bytes);
    }

    [Fact]
    public void Of_ExactlyTheLimit_IsKept() =>
        Assert.Equal(RetentionVerdict.Kept, new RetentionDecision(new RetentionPolicy(null, 100), Now, 100).Of(Ended(Day)));

    [Fact]
    public void Of_BothLimits_AgeIsNamedFirst() =>
        Assert.Equal(RetentionVerdict.TooOld, new RetentionDecision(new RetentionPolicy(Day, 1), Now, 100).Of(Ended(2 * Day)));

    private static RunEntry Ended(TimeSpan ago) => new()
    {
        Tenant = "local",
        RunId = "resp_1",
        Conversation = "conv_1",
        Model = "default",
        Status = RunStatus.Completed,
        CreatedAt = (Now - ago).ToUnixTimeMilliseconds(),
        EndedAt = (Now - ago).ToUnixTimeMilliseconds(),
        AdmittedPosition = 1,
        EndedPosition = 2,
    };
}
