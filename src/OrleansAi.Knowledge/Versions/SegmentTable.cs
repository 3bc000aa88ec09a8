namespace OrleansAi.Knowledge.Versions;

/// <summary>The segments of a collection, in the order in which they were added.</summary>
internal sealed class SegmentTable
{
    private readonly OrderedDictionary<string, SegmentEntry> _segments = new(StringComparer.Ordinal);

    public IEnumerable<SegmentEntry> All => _segments.Values;

    public void Add(SegmentRef segment, long version) => _segments[segment.Id] = new SegmentEntry { Segment = segment, Since = version };

    /// <summary>Puts a segment in the place of others. Those that no version was searched with are forgotten.</summary>
    /// <returns>The forgotten ones.</returns>
    public IReadOnlyList<string> Replace(IReadOnlyList<string> replaced, SegmentRef segment, long version, bool isSearched)
    {
        foreach (var id in replaced)
        {
            if (isSearched)
            {
                _segments[id] = _segments[id] with { Until = version };
            }
            else
            {
                _segments.Remove(id);
            }
        }

        Add(segment, version);
        return isSearched ? [] : replaced;
    }

    public IReadOnlyList<SegmentRef> In(long version, int generation) =>
    [
        .. _segments.Values.Where(entry => entry.Segment.Generation == generation && entry.IsIn(version)).Select(static entry => entry.Segment),
    ];

    public bool IsIn(string id, long version, int generation) =>
        _segments.TryGetValue(id, out var entry) && entry.Segment.Generation == generation && entry.IsIn(version);

    public bool HasAny(IReadOnlyList<string> ids, int generation) =>
        ids.Any(id => _segments.TryGetValue(id, out var entry) && entry.Segment.Generation == generation && entry.Until is null);

    public void End(int generation, long version) =>
        Change(entry => entry.Segment.Generation == generation && entry.Until is null, entry => entry with { Until = version });

    /// <returns>What is forgotten.</returns>
    public IReadOnlyList<string> Drop(int generation) => Change(entry => entry.Segment.Generation == generation, static _ => null);

    /// <returns>What is forgotten.</returns>
    public IReadOnlyList<string> Release(long oldest) => Change(entry => entry.Until <= oldest, static _ => null);

    /// <summary>Forgets segments of which no form of a document has a chunk: nothing that is searched is in them.</summary>
    /// <returns>What is forgotten.</returns>
    public IReadOnlyList<string> ReleaseUnused(IReadOnlySet<string> used) => Change(entry => !used.Contains(entry.Segment.Id), static _ => null);

    public void Restore(IEnumerable<SegmentEntry> segments)
    {
        foreach (var entry in segments)
        {
            _segments[entry.Segment.Id] = entry;
        }
    }

    private List<string> Change(Func<SegmentEntry, bool> isMeant, Func<SegmentEntry, SegmentEntry?> change)
    {
        var forgotten = new List<string>();
        foreach (var entry in _segments.Values.Where(isMeant).ToList())
        {
            if (change(entry) is { } changed)
            {
                _segments[entry.Segment.Id] = changed;
            }
            else
            {
                _segments.Remove(entry.Segment.Id);
                forgotten.Add(entry.Segment.Id);
            }
        }

        return forgotten;
    }
}
