using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>What a caller is told when no attempt gave an answer: the first cause's code, and all causes in order.</summary>
internal static class RunErrors
{
    public static RunError Of(VendorException first, IReadOnlyList<VendorAttempt> attempts) => Of(
        new RunError
        {
            Code = first.Code,
            Message = first.Message,
            Param = first.Param,
            RetryAfterMilliseconds = (long?)first.RetryAfter?.TotalMilliseconds,
        },
        attempts);

    /// <summary>The error of several attempts, at one vendor or along a route: the first one's, with the words of all.</summary>
    public static RunError Of(RunError first, IReadOnlyList<VendorAttempt> attempts)
    {
        var causes = attempts.Where(static attempt => attempt.Message is not null).ToList();
        return causes switch
        {
            [] => first,
            [var only] => first with { Message = only.Message! },
            _ => first with
            {
                Message = $"{causes.Count} attempts failed. "
                    + string.Join(" ", causes.Select(static (attempt, i) => $"{i + 1}. {attempt.Message}")),
            },
        };
    }
}
