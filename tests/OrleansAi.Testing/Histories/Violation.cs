namespace OrleansAi.Testing.Histories;

/// <summary>What a history breaks.</summary>
public enum ViolationKind
{
    /// <summary>A read got an older version than a write had been acknowledged with before the read began.</summary>
    Stale,

    /// <summary>A read got an older version, or an older form of a document, than an answer before it had told; perhaps to somebody else.</summary>
    WentBack,

    /// <summary>A read got less than the version it named, or another one than it asked for.</summary>
    WrongVersion,

    /// <summary>A read was refused because of a version that had been told before.</summary>
    NotReached,

    /// <summary>A form of a document was there that a later write had superseded or removed.</summary>
    Superseded,

    /// <summary>A write that was acknowledged is not there.</summary>
    Lost,

    /// <summary>A version has what was written only after it, or what nobody wrote.</summary>
    Unexplained,

    /// <summary>Two reads of one version got different contents.</summary>
    Different,

    /// <summary>A form of a document came back after it was gone: one write took effect twice.</summary>
    CameBack,

    /// <summary>One answer had two forms of a document.</summary>
    Doubled,
}

/// <summary>A breach of the rules.</summary>
/// <param name="Kind">Which rule.</param>
/// <param name="Operation">The operation that shows it.</param>
/// <param name="Message">What was seen and what should have been.</param>
public sealed record Violation(ViolationKind Kind, HistoryOperation Operation, string Message)
{
    /// <inheritdoc />
    public override string ToString() => $"{Kind}: {Message} ({Operation})";
}
