using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;

namespace OrleansAi.Access;

/// <summary>Calls of the journal whose failures are errors that may be shown.</summary>
internal static class JournalCalls
{
    public static async Task<AppendOutcome> AppendAsync(IJournal journal, JournalAppend append)
    {
        try
        {
            return await journal.AppendAsync(append, CancellationToken.None);
        }
        catch (JournalException exception)
        {
            throw Unavailable($"The store did not take the write: {exception.Message}");
        }
    }

    public static async Task<IReadOnlyList<JournalRecord>> ReadBackwardAsync(IJournal journal, string stream, long before, int limit)
    {
        try
        {
            return await journal.ReadBackwardAsync(stream, before, limit, [], CancellationToken.None);
        }
        catch (JournalException exception)
        {
            throw Unavailable($"The store does not answer: {exception.Message}");
        }
    }

    public static OrleansAiException Unavailable(string message) => new(ErrorCodes.StorageUnavailable, message)
    {
        IsTransient = true,
        RetryAfter = TimeSpan.FromSeconds(1),
    };
}
