using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Documents;

/// <summary>Ends the reading of a document that takes too long, or that nobody waits for any more.</summary>
internal sealed class ReadingClock(TimeProvider time, TimeSpan limit, CancellationToken cancellationToken)
{
    private readonly long _started = time.GetTimestamp();

    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits.</exception>
    public void Check()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (time.GetElapsedTime(_started) > limit)
        {
            throw DocumentErrors.Timeout(limit);
        }
    }
}
