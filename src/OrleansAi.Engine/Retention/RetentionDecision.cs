using OrleansAi.Journal;

namespace OrleansAi.Engine.Retention;

/// <summary>What becomes of a run.</summary>
public enum RetentionVerdict
{
    /// <summary>It is within the limits, and so is every younger one.</summary>
    Kept,

    /// <summary>It is older than it may become.</summary>
    TooOld,

    /// <summary>The runs weigh more than they may, and this one is the oldest of them.</summary>
    TooMuch,

    /// <summary>Nothing is left to do about it: it is released already, or pinned.</summary>
    Settled,

    /// <summary>It is open: it is looked at again when it has ended.</summary>
    Open,
}

/// <summary>Decides about runs one by one, the oldest first.</summary>
/// <param name="policy">The tenant's limits.</param>
/// <param name="now">The time.</param>
/// <param name="bytes">How much the tenant's runs weigh together.</param>
public sealed class RetentionDecision(RetentionPolicy policy, DateTimeOffset now, long bytes)
{
    /// <summary>How much they weigh together without those that were found to be too much.</summary>
    public long Bytes { get; private set; } = bytes;

    /// <summary>True when they weigh more than they may.</summary>
    public bool IsOverweight => policy.MaxBytes is { } most && Bytes > most;

    /// <summary>What becomes of the next run.</summary>
    public RetentionVerdict Of(RunEntry run)
    {
        if (run.ReleasedAt is not null || run.Pinned == true)
        {
            return RetentionVerdict.Settled;
        }

        if (run.EndedAt is not { } ended)
        {
            return RetentionVerdict.Open;
        }

        return policy.MaxAge is { } age && DateTimeOffset.FromUnixTimeMilliseconds(ended) + age <= now ? RetentionVerdict.TooOld
            : IsOverweight ? RetentionVerdict.TooMuch
            : RetentionVerdict.Kept;
    }

    /// <summary>Takes off what a run weighs that is let go.</summary>
    public void Take(long weight) => Bytes = Math.Max(0, Bytes - weight);
}
