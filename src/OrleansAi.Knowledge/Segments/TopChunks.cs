namespace OrleansAi.Knowledge.Segments;

/// <summary>The best chunks of those offered: a heap with the worst on top. Of equal scores the first offered stays.</summary>
internal struct TopChunks(int most, float atLeast)
{
    private readonly int _most = most;
    private readonly float _atLeast = atLeast;
    private readonly PriorityQueue<(int Segment, int Chunk, float Score), (float Score, int Order)> _heap = new(most + 1);
    private int _offered = 0;

    /// <summary>What a score must exceed to be taken.</summary>
    public float Threshold { get; private set; } = atLeast;

    /// <summary>The segment that is being looked at.</summary>
    public int Segment { get; set; } = 0;

    public void Offer(int chunk, float score)
    {
        // The later of two equal ones is the worse: orders are negative and fall.
        _heap.Enqueue((Segment, chunk, score), (score, --_offered));
        if (_heap.Count > _most)
        {
            _heap.Dequeue();
        }

        Threshold = _heap.Count == _most ? Math.Max(_atLeast, _heap.Peek().Score) : _atLeast;
    }

    /// <summary>What was kept, best first.</summary>
    public readonly (int Segment, int Chunk, float Score)[] Take()
    {
        var taken = _heap.UnorderedItems.Select(static item => item).ToArray();
        Array.Sort(taken, static (a, b) => b.Priority.CompareTo(a.Priority));
        return [.. taken.Select(static item => item.Element)];
    }
}
