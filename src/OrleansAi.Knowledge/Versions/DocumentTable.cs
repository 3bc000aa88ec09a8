namespace OrleansAi.Knowledge.Versions;

/// <summary>The documents that a collection has now, and which of them wait to be indexed.</summary>
internal sealed class DocumentTable
{
    private readonly Dictionary<string, DocumentEntry> _documents = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, DocumentEntry> _pending = [];

    public IReadOnlyDictionary<string, DocumentEntry> All => _documents;

    /// <summary>Those that wait to be indexed, in the order in which they were accepted.</summary>
    public IReadOnlyCollection<DocumentEntry> Pending => _pending.Values;

    public DocumentEntry this[string id] => _documents[id];

    public DocumentEntry? Find(string id) => _documents.GetValueOrDefault(id);

    /// <summary>Counts an attempt at one that waits.</summary>
    public void Try(long? acceptance)
    {
        if (acceptance is { } one && _pending.TryGetValue(one, out var document))
        {
            Set(document with { Attempts = document.Attempts + 1 });
        }
    }

    public void Set(DocumentEntry document)
    {
        Remove(document.Id);
        _documents[document.Id] = document;
        if (document.Status == DocumentStatus.InProgress)
        {
            _pending[document.Acceptance] = document;
        }
    }

    public void Remove(string id)
    {
        if (_documents.Remove(id, out var before))
        {
            _pending.Remove(before.Acceptance);
        }
    }

    public void Clear()
    {
        _documents.Clear();
        _pending.Clear();
    }
}
