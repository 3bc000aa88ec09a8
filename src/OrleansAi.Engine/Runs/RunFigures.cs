using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>What follows from the records of a run: why a call was made, what it all cost and took.</summary>
internal static class RunFigures
{
    private const long PerMillisecond = 1_000;

    /// <summary>The attempts of a step with the reason of each.</summary>
    public static IReadOnlyList<VendorAttempt> WithReasons(VendorAttempt[] attempts)
    {
        for (var i = 1; i < attempts.Length; i++)
        {
            var (before, now) = (attempts[i - 1], attempts[i]);
            attempts[i] = now with
            {
                Reason = now.IsHedge ? "hedge"
                    : (before.Vendor, before.Model) != (now.Vendor, now.Model) ? "fallback"
                    : before.Cause == "unsound" ? "repair"
                    : "retry",
            };
        }

        return attempts;
    }

    /// <summary>The tokens of all answers of a run; null where no vendor said.</summary>
    public static Usage? Usage(RunEndedBody ended)
    {
        Usage? sum = null;
        foreach (var usage in ended.Steps.Select(static step => step.Model?.Usage).OfType<Usage>())
        {
            sum = sum is null ? usage : new Usage
            {
                InputTokens = sum.InputTokens + usage.InputTokens,
                OutputTokens = sum.OutputTokens + usage.OutputTokens,
                CachedTokens = sum.CachedTokens + usage.CachedTokens,
                ReasoningTokens = sum.ReasoningTokens + usage.ReasoningTokens,
            };
        }

        return sum;
    }

    /// <summary>What attempts cost together; null where none has a price.</summary>
    public static decimal? Cost(IReadOnlyList<VendorAttempt> attempts)
    {
        decimal? sum = null;
        foreach (var attempt in attempts)
        {
            sum = attempt.Cost is { } cost ? (sum ?? 0) + cost : sum;
        }

        return sum;
    }

    /// <summary>What steps cost together; null where none has a price.</summary>
    public static decimal? Cost(IReadOnlyList<StepView> steps)
    {
        decimal? sum = null;
        foreach (var step in steps)
        {
            sum = step.Cost is { } cost ? (sum ?? 0) + cost : sum;
        }

        return sum;
    }

    /// <summary>What the time of a run went into.</summary>
    /// <param name="admitted">Its admission.</param>
    /// <param name="ended">Its end.</param>
    /// <param name="steps">Its steps.</param>
    /// <param name="attempts">The processes that took it up.</param>
    public static RunTiming Timing(
        RunAdmittedBody admitted, RunEndedBody ended, IReadOnlyList<StepView> steps, IReadOnlyList<RunAttempt> attempts)
    {
        var total = Math.Max(0, ended.EndedAt - admitted.CreatedAt) * PerMillisecond;
        var lost = attempts.Count > 1 ? Math.Clamp(attempts[^1].StartedAt - admitted.CreatedAt, 0, long.MaxValue / PerMillisecond) * PerMillisecond : 0;

        // Calls that were made at once overlap: no step waited longer than it took.
        var vendor = steps.Sum(static step => Math.Min(
            step.DurationMicroseconds,
            step.VendorAttempts.Where(static attempt => !attempt.IsHedge).Sum(static attempt => attempt.LatencyMilliseconds) * PerMillisecond));
        return new RunTiming
        {
            Total = total,
            Storage = ended.Wait?.Storage,
            Queue = ended.Wait?.Queue,
            Vendor = vendor,
            Lost = lost,
            Own = ended.Wait is { } wait ? Math.Max(0, total - lost - (wait.Storage ?? 0) - wait.Queue - vendor) : null,
        };
    }
}
