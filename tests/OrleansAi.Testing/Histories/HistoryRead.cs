namespace OrleansAi.Testing.Histories;

/// <summary>A collection, or a document of it, was read.</summary>
public sealed record HistoryRead : HistoryOperation
{
    /// <summary>
    /// True when the answer is the contents of <see cref="HistoryOperation.Version"/>; false when it is what was accepted at that time,
    /// which is ahead of what is searched, and the version is only told besides.
    /// </summary>
    public bool IsVersioned { get; init; }

    /// <summary>The version that the read had to have at least.</summary>
    public long? MinVersion { get; init; }

    /// <summary>The version that was asked for.</summary>
    public long? AtVersion { get; init; }

    /// <summary>The one document that was asked for.</summary>
    /// <value>Null: all of them were.</value>
    public string? Document { get; init; }

    /// <summary>The documents of the answer with their values.</summary>
    public IReadOnlyList<(string Document, string Value)> Values { get; init; } = [];

    /// <summary>True when what was asked for and is not in the answer is not there; false when only some of it was told.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>True when it was refused because the collection had not got that far.</summary>
    public bool IsNotReached { get; init; }

    /// <inheritdoc />
    public override string ToString() =>
        $"{Client} read {Document ?? "all"} of {Collection}{(MinVersion is null ? "" : $" at least {MinVersion}")}{(AtVersion is null ? "" : $" at {AtVersion}")}"
        + $" {Place} [{Began}, {Ended}] {Outcome}, version {Version}";
}
