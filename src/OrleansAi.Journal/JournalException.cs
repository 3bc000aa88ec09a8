namespace OrleansAi.Journal;

/// <summary>The store failed.</summary>
/// <param name="message">What happened, without secrets.</param>
/// <param name="outcomeKnown">True when nothing was written for certain.</param>
/// <param name="isTransient">True when trying again may help.</param>
/// <param name="inner">The driver's exception.</param>
public sealed class JournalException(string message, bool outcomeKnown, bool isTransient, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>True when nothing was written for certain; false when a commit may have happened.</summary>
    public bool OutcomeKnown { get; } = outcomeKnown;

    /// <summary>True when trying again may help.</summary>
    public bool IsTransient { get; } = isTransient;
}
