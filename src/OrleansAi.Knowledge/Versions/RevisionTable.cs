using OrleansAi.Journal;

namespace OrleansAi.Knowledge.Versions;

/// <summary>The revisions of a collection's documents, oldest first for each document.</summary>
internal sealed class RevisionTable
{
    private readonly Dictionary<string, List<Revision>> _revisions = new(StringComparer.Ordinal);

    public IEnumerable<Revision> All => _revisions.Values.SelectMany(static revisions => revisions);

    public Revision? Live(string id) =>
        _revisions.TryGetValue(id, out var revisions) && revisions[^1].Until is null ? revisions[^1] : null;

    public Revision? At(string id, long version) =>
        _revisions.TryGetValue(id, out var revisions) ? revisions.FindLast(revision => revision.IsIn(version)) : null;

    public void Replace(ManifestDocument document, long version)
    {
        End(document.Id, version);
        if (!_revisions.TryGetValue(document.Id, out var revisions))
        {
            _revisions[document.Id] = revisions = [];
        }

        revisions.Add(new Revision { Document = document, Since = version });
    }

    public void End(string id, long version)
    {
        if (Live(id) is { } live)
        {
            _revisions[id][^1] = live with { Until = version };
        }
    }

    public void EndAll(long version)
    {
        foreach (var id in _revisions.Keys)
        {
            End(id, version);
        }
    }

    /// <summary>The living form of a document is in more segments, if it is still this one.</summary>
    public void Join(string id, ContentHash hash, IReadOnlyList<string> segments)
    {
        if (Live(id) is { } live && live.Document.Hash == hash)
        {
            _revisions[id][^1] = live with { Document = live.Document with { Segments = [.. live.Document.Segments.Union(segments)] } };
        }
    }

    /// <summary>All living forms that are in one of some segments are in another one too.</summary>
    public void Join(IReadOnlyCollection<string> replaced, string segment)
    {
        foreach (var (id, revisions) in _revisions)
        {
            if (revisions[^1].Until is null && revisions[^1].Document.Segments.Any(replaced.Contains))
            {
                Join(id, revisions[^1].Document.Hash, [segment]);
            }
        }
    }

    /// <summary>Forgets revisions that no version has any more.</summary>
    /// <returns>The texts that none of the others has, and the documents of which none is left.</returns>
    public (IReadOnlyList<string> Texts, IReadOnlyList<string> Documents) Release(long oldest)
    {
        var (texts, documents) = (new List<string>(), new List<string>());
        foreach (var (id, revisions) in _revisions)
        {
            var old = revisions.Where(revision => revision.Until <= oldest).ToArray();
            if (old.Length == 0)
            {
                continue;
            }

            revisions.RemoveAll(old.Contains);
            texts.AddRange(old.Select(static revision => revision.Document.Text).OfType<string>()
                .Except(revisions.Select(static revision => revision.Document.Text).OfType<string>()));
            if (revisions.Count == 0)
            {
                _revisions.Remove(id);
                documents.Add(id);
            }
        }

        return (texts, documents);
    }

    /// <summary>True when a version has a form of the document.</summary>
    public bool HasAny(string id) => _revisions.ContainsKey(id);

    public void Restore(IEnumerable<Revision> revisions)
    {
        foreach (var group in revisions.GroupBy(static revision => revision.Document.Id))
        {
            _revisions[group.Key] = [.. group];
        }
    }
}
