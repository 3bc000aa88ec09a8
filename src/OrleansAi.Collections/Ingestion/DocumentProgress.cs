namespace OrleansAi.Collections.Ingestion;

/// <summary>How far the documents are that are being ingested here. It is what this owner sees, never what is written down.</summary>
public sealed class DocumentProgress
{
    private readonly Dictionary<string, DocumentPlace> _places = new(StringComparer.Ordinal);

    /// <summary>How far a document is; null when it is not at work.</summary>
    public DocumentPlace? Find(string id, long acceptance) =>
        _places.TryGetValue(id, out var place) && place.Acceptance == acceptance ? place : null;

    /// <summary>A document has passed a stage.</summary>
    internal void Set(string id, long acceptance, string stage, int chunks = 0, int embedded = 0) =>
        _places[id] = new DocumentPlace(acceptance, stage, chunks, embedded);

    /// <summary>A document is not at work any more.</summary>
    internal void Forget(string id) => _places.Remove(id);
}

/// <summary>How far a document is.</summary>
/// <param name="Acceptance">Which acceptance of it.</param>
/// <param name="Stage">What is under way: <c>receiving</c>, <c>extracting</c>, <c>chunking</c>, <c>embedding</c> or <c>indexing</c>.</param>
/// <param name="Chunks">How many different chunks it has; 0 while that is not known.</param>
/// <param name="Embedded">How many of them have vectors.</param>
public sealed record DocumentPlace(long Acceptance, string Stage, int Chunks, int Embedded);
