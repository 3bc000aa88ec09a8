using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>What a caller is told when no attempt gave an answer: the first cause's code, and all causes in order.</summary>
internal static class RunErrors
{
    public static RunError Of(VendorException first, IReadOnlyList<VendorAttempt> attempts) => Of(first.Code, attempts) ?? new RunError
    {
        Code = first.Code,
        Message = first.Message,
    };

    /// <summary>The error of several attempts, at one vendor or along a route; null when none has a message.</summary>
    public static RunError? Of(string code, IReadOnlyList<VendorAttempt> attempts)
    {
        var causes = attempts.Where(static attempt => attempt.Message is not null).ToList();
        return causes switch
        {
            [] => null,
            [var only] => new RunError { Code = code, Message = only.Message! },
            _ => new RunError
            {
                Code = code,
                Message = $"{causes.Count} attempts failed. "
                    + string.Join(" ", causes.Select(static (attempt, i) => $"{i + 1}. {attempt.Message}")),
            },
        };
    }
}
