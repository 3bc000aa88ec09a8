using OrleansAi.Contracts.Retrieval;
using OrleansAi.Engine.Retrieval;

namespace OrleansAi.Grains.Retrieval;

/// <summary>
/// The answers that a conversation was given lately, in memory alone. An entry is of one version, so it never becomes wrong; whether
/// it may be used is for the collection's owner to say, who confirms the version first (invariant 9). Not safe for several threads.
/// </summary>
internal sealed class RetrievalCache
{
    private const int MostEntries = 32;
    private const int MostCharacters = 1 << 20;

    private readonly Dictionary<Key, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _newestFirst = new();
    private int _characters;

    /// <summary>True when there is an answer of exactly this version. Counts as no use.</summary>
    public bool Has(RetrievalWish wish, string collection, long version) => _entries.ContainsKey(KeyOf(wish, collection, version));

    /// <summary>The answer of exactly this version, or null.</summary>
    public IReadOnlyList<RetrievedPassage>? Find(RetrievalWish wish, string collection, long version)
    {
        if (!_entries.TryGetValue(KeyOf(wish, collection, version), out var node))
        {
            return null;
        }

        _newestFirst.Remove(node);
        _newestFirst.AddFirst(node);
        return node.Value.Passages;
    }

    /// <summary>Keeps an answer, in the place of the ones that were used longest ago.</summary>
    public void Add(RetrievalWish wish, string collection, long version, IReadOnlyList<RetrievedPassage> passages)
    {
        var key = KeyOf(wish, collection, version);
        var size = wish.Query.Length + passages.Sum(static passage => passage.Text.Length + passage.Name.Length);
        if (size > MostCharacters || _entries.ContainsKey(key))
        {
            return;
        }

        _entries[key] = _newestFirst.AddFirst(new Entry(key, passages, size));
        _characters += size;
        while (_entries.Count > MostEntries || _characters > MostCharacters)
        {
            var oldest = _newestFirst.Last!.Value;
            _newestFirst.RemoveLast();
            _entries.Remove(oldest.Key);
            _characters -= oldest.Size;
        }
    }

    private static Key KeyOf(RetrievalWish wish, string collection, long version) => new(
        collection,
        version,
        wish.Query,
        wish.Search.Filter,
        wish.MaxResults,
        wish.Search.ScoreThreshold,
        wish.Search.LexicalWeight ?? 1,
        wish.Search.VectorWeight ?? 1);

    private readonly record struct Key(
        string Collection, long Version, string Query, string? Filter, int MaxResults, float ScoreThreshold, float LexicalWeight, float VectorWeight);

    private sealed record Entry(Key Key, IReadOnlyList<RetrievedPassage> Passages, int Size);
}
