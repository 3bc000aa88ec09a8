namespace OrleansAi.Journal;

/// <summary>
/// Payloads of a stream that are deleted in the transaction of an append, whose last record witnesses it. What the same or a later append stores stays.
/// </summary>
public sealed record ContentRelease
{
    /// <summary>All payloads that the stream has.</summary>
    public static readonly ContentRelease All = new() { IsAll = true };

    /// <summary>True for all payloads that the stream has.</summary>
    public bool IsAll { get; private init; }

    /// <summary>Which payloads; those that are not there are no error.</summary>
    public IReadOnlyList<ContentHash> Hashes { get; private init; } = [];

    /// <summary>Some payloads.</summary>
    public static ContentRelease Of(IReadOnlyList<ContentHash> hashes) => new() { Hashes = hashes };
}
