namespace OrleansAi.Testing.Histories;

/// <summary>
/// A document was written or removed. Only one client writes a document, one write after the other, and no value is written twice.
/// </summary>
public sealed record HistoryWrite : HistoryOperation
{
    /// <summary>The document.</summary>
    public required string Document { get; init; }

    /// <summary>What tells this form of the document from every other one.</summary>
    /// <value>Null: it was removed.</value>
    public string? Value { get; init; }

    /// <summary>True when <see cref="HistoryOperation.Version"/> is the first version that has it; false when that may be an older one.</summary>
    public bool IsExact { get; init; } = true;

    /// <inheritdoc />
    public override string ToString() =>
        $"{Client} {(Value is null ? "removed" : $"wrote {Value} to")} {Document} of {Collection} {Place} [{Began}, {Ended}] {Outcome}, version {Version}";
}
