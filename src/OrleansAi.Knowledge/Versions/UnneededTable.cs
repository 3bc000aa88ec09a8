namespace OrleansAi.Knowledge.Versions;

/// <summary>What is stored for a collection and no version that can be read refers to: it is to be deleted, and stays here until it is.</summary>
internal sealed class UnneededTable
{
    private readonly SortedSet<string> _contents = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _documents = new(StringComparer.Ordinal);

    /// <summary>Contents, by what they are found under.</summary>
    public IReadOnlyCollection<string> Contents => _contents;

    /// <summary>Documents whose cached vectors nobody needs, by id.</summary>
    public IReadOnlyCollection<string> Documents => _documents;

    public void AddContents(IEnumerable<string> contents) => _contents.UnionWith(contents);

    public void AddDocuments(IEnumerable<string> documents) => _documents.UnionWith(documents);

    public void KeepDocument(string id) => _documents.Remove(id);

    public void Remove(IEnumerable<string> contents, IEnumerable<string> documents)
    {
        _contents.ExceptWith(contents);
        _documents.ExceptWith(documents);
    }

    public void Clear() => _contents.Clear();
}
