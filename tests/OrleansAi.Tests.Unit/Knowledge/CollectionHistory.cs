using OrleansAi.Journal;
using OrleansAi.Knowledge.Filters;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Tests.Unit.Knowledge;

/// <summary>
/// A random history of a collection, as its owner would live it: every command goes through a decision, and its changes through their stored
/// form. Beside the fold it keeps what each version must have, in the plainest way.
/// </summary>
internal sealed class CollectionHistory
{
    private static readonly CollectionLimits Limits = new() { ChunksPerShard = 12 };
    private readonly Dictionary<string, KnowledgeSegment> _segments = [];
    private readonly SortedDictionary<string, (string Text, AttributeValue Mark)> _now = new(StringComparer.Ordinal);
    private readonly Random _random;
    private int _names;

    public CollectionHistory(int seed)
    {
        _random = new Random(seed);
        Do(CollectionDecisions.Create(State, new CollectionCreated { Id = "vs_1", Name = "notes", Generation = Indexes.Generation }));
        Remember();
    }

    public CollectionState State { get; private set; } = new();

    public List<(CollectionChange Change, long At)> Changes { get; } = [];

    /// <summary>For each version: its documents with their texts and marks, and its generation.</summary>
    public Dictionary<long, (Dictionary<string, (string Text, AttributeValue Mark)> Documents, int Generation)> Versions { get; } = [];

    public long Now { get; private set; } = 1_000;

    public KnowledgeSegment Load(string id) => _segments[id];

    public void Step()
    {
        Now += 1_000;
        switch (_random.Next(12))
        {
            case < 5:
                Publish(_random.Next(1, 4));
                break;
            case 5 when _now.Count > 0:
                var removed = Any();
                Do(CollectionDecisions.Remove(State, new DocumentRemoved { Id = removed }));
                _now.Remove(removed);
                break;
            case 6 when _now.Count > 0:
                var marked = Any();
                var mark = (AttributeValue)_random.Next(3);
                Do(CollectionDecisions.SetAttributes(State, new DocumentAttributesChanged { Id = marked, Attributes = Marks(mark) }));
                _now[marked] = (_now[marked].Text, mark);
                break;
            case 7:
                var failed = $"broken{_names++}";
                Do(CollectionDecisions.Accept(State, Limits, new DocumentAccepted { Id = failed, Name = failed }));
                Do(CollectionDecisions.Fail(State, new DocumentFailed { Id = failed, Acceptance = State.Documents[failed].Acceptance, Code = "invalid_file", Message = "broken" }));
                break;
            case 8:
                Merge();
                break;
            case 9 when State.Building is null:
                Do(IndexDecisions.BeginReindex(State, Indexes.Generation with { Number = 0, Analyzer = State.Active!.Analyzer == "english-1" ? "plain-1" : "english-1" }));
                break;
            case 10 when State.Building is not null:
                Build();
                if (_random.Next(3) > 0)
                {
                    Do(IndexDecisions.Switch(State, State.Building!.Number));
                }
                else
                {
                    Do(IndexDecisions.AbandonReindex(State));
                }

                break;
            case 11:
                Do(Retention.Release(State, Now, TimeSpan.FromSeconds(15)));
                break;
        }

        Remember();
    }

    public void Do(IReadOnlyList<CollectionChange> changes)
    {
        foreach (var change in changes)
        {
            var position = State.Position + 1;
            var record = new JournalRecord(position, Guid.Empty, CollectionChangeSerializer.KindOf(change), CollectionChangeSerializer.Serialize(change), Now);
            Changes.Add((change, Now));
            State.Apply(CollectionChangeSerializer.Deserialize(record), position, Now);
        }
    }

    private void Publish(int count)
    {
        // A new one, or the next form of one that is there.
        var documents = Enumerable.Range(0, count)
            .Select(_ => (Id: _now.Count > 3 && _random.Next(2) == 0 ? Any() : $"doc{_names++}", Text: Indexes.Text(_random, 6), Mark: (AttributeValue)_random.Next(3)))
            .DistinctBy(static document => document.Id).ToArray();
        foreach (var (id, _, mark) in documents)
        {
            Do(CollectionDecisions.Accept(State, Limits, new DocumentAccepted { Id = id, Name = $"{id}.txt", Attributes = Marks(mark) }));
        }

        var generations = State.Building is null ? [State.Active!] : new[] { State.Active!, State.Building };
        foreach (var generation in generations)
        {
            Do(CollectionDecisions.Publish(State, Indexed(generation, [.. documents.Select(static document => (document.Id, document.Text))])));
        }

        foreach (var (id, text, mark) in documents)
        {
            _now[id] = (text, mark);
        }
    }

    private void Build()
    {
        foreach (var id in State.MissingInBuilding())
        {
            Do(CollectionDecisions.Publish(State, Indexed(State.Building!, [(id, _now[id].Text)])));
        }
    }

    private DocumentsIndexed Indexed(IndexGeneration generation, (string Id, string Text)[] documents)
    {
        var builder = new KnowledgeSegmentBuilder(generation.Model, OrleansAi.Knowledge.Lexical.TextAnalyzer.Find(generation.Analyzer)!);
        foreach (var (id, text) in documents)
        {
            builder.Add(id, text);
        }

        var segment = $"seg{_segments.Count}";
        _segments[segment] = builder.Build();
        return new DocumentsIndexed
        {
            Generation = generation.Number,
            Segments = [new SegmentRef(segment, IndexDecisions.ShardFor(State, Limits, generation.Number), generation.Number, documents.Length, 100)],
            Documents = [.. documents.Select(document => new IndexedDocument(document.Id, State.Documents[document.Id].Acceptance, Indexes.Hash(document.Text), 1, 100))],
        };
    }

    private void Merge()
    {
        var parts = State.Segments.Where(entry => entry.Until is null && entry.Segment.Generation == State.Active!.Number)
            .GroupBy(static entry => entry.Segment.Shard).Select(static shard => shard.Take(3).ToArray()).FirstOrDefault(static shard => shard.Length > 1);
        if (parts is null)
        {
            return;
        }

        // Dead chunks may be left out or stay: here they stay, so that their revival would be seen.
        var merged = $"seg{_segments.Count}";
        _segments[merged] = KnowledgeSegment.Merge([.. parts.Select(part => (_segments[part.Segment.Id], ChunkBitmap.All(_segments[part.Segment.Id].Count)))]);
        Do(IndexDecisions.Merge(State, new SegmentsMerged
        {
            Replaced = [.. parts.Select(static part => part.Segment.Id)],
            Segment = new SegmentRef(merged, parts[0].Segment.Shard, parts[0].Segment.Generation, _segments[merged].Count, 100),
        }));
    }

    private void Remember()
    {
        // Every version must be one that was remembered when it was made; several changes in one step make the same contents.
        Versions[State.Version] = (new(_now), State.Active!.Number);
    }

    private string Any() => _now.Keys.ElementAt(_random.Next(_now.Count));

    private static Dictionary<string, AttributeValue> Marks(AttributeValue mark) => new() { ["mark"] = mark };
}
