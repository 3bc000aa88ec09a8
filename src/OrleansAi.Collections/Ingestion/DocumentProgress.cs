using OrleansAi.Contracts.Collections;

namespace OrleansAi.Collections.Ingestion;

/// <summary>How far the documents are that are being ingested here. It is what this owner sees, never what is written down.</summary>
public sealed class DocumentProgress
{
    private static readonly DocumentProgressView Waiting = new() { Stage = "waiting" };
    private readonly Dictionary<string, DocumentProgressView> _places = new(StringComparer.Ordinal);

    /// <summary>How far a document is.</summary>
    public DocumentProgressView View(string id) => _places.GetValueOrDefault(id) ?? Waiting;

    /// <summary>A document is at a stage.</summary>
    internal void Set(string id, string stage, int chunks = 0, int embedded = 0) =>
        _places[id] = new DocumentProgressView { Stage = stage, Chunks = chunks, EmbeddedChunks = embedded };

    /// <summary>A document is not at work any more.</summary>
    internal void Forget(string id) => _places.Remove(id);
}
