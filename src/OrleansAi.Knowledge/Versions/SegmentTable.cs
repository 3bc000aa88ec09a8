namespace OrleansAi.Knowledge.Versions;

/// <summary>The segments of a collection, in the order in which they were added.</summary>
internal sealed class SegmentTable
{
    private readonly OrderedDictionary<string, SegmentEntry> _segments = new(StringComparer.Ordinal);

    public IEnumerable<SegmentEntry> All => _segments.Values;

    public void Add(SegmentRef segment, long version) => _segments[segment.Id] = new SegmentEntry { Segment = segment, Since = version };

    /// <summary>Puts a segment in the place of others. Those that no version was searched with are forgotten.</summary>
    public void Replace(IReadOnlyList<string> replaced, SegmentRef segment, long version, bool isSearched)
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

    public void Drop(int generation) => Change(entry => entry.Segment.Generation == generation, static _ => null);

    public void Release(long oldest) => Change(entry => entry.Until <= oldest, static _ => null);

    public void Restore(IEnumerable<SegmentEntry> segments)
    {
        foreach (var entry in segments)
        {
            _segments[entry.Segment.Id] = entry;
        }
    }

    private void Change(Func<SegmentEntry, bool> isMeant, Func<SegmentEntry, SegmentEntry?> change)
    {
        foreach (var entry in _segments.Values.Where(isMeant).ToList())
        {
            if (change(entry) is { } changed)
            {
                _segments[entry.Segment.Id] = changed;
            }
            else
            {
                _segments.Remove(entry.Segment.Id);
            }
        }
    }
}
