using OrleansAi.Journal;

namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>A document that was indexed.</summary>
/// <param name="Id">Its id in the collection.</param>
/// <param name="Acceptance">Which acceptance of the document this is about: the position of its record.</param>
/// <param name="Hash">The hash of its source.</param>
/// <param name="Chunks">How many chunks it has.</param>
/// <param name="Bytes">The size of its text.</param>
public sealed record IndexedDocument(string Id, long Acceptance, ContentHash Hash, int Chunks, long Bytes)
{
    /// <summary>Under which its text is stored in the collection's contents.</summary>
    /// <value>Null: it has none.</value>
    public string? Text { get; init; }
}
