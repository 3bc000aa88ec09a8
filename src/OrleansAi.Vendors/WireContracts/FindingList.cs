namespace OrleansAi.Vendors.WireContracts;

/// <summary>Gathers findings: each place and value once, and no more than <see cref="Most"/>, however large an answer is.</summary>
internal sealed class FindingList
{
    /// <summary>The most findings that are kept of one answer; its class counts them all.</summary>
    public const int Most = 64;

    private readonly List<ContractFinding> _items = [];
    private readonly List<ulong> _keys = [];
    private long _additive;
    private long _breaking;

    public IReadOnlyList<ContractFinding> Items => _items;

    public ContractClass Class => (_breaking, _additive) switch
    {
        (> 0, _) => ContractClass.Breaking,
        (_, > 0) => ContractClass.Additive,
        _ => ContractClass.Exact,
    };

    /// <summary>True when whatever comes now tells nothing more: the bytes are no JSON, or there is no room.</summary>
    public bool IsSettled => _breaking > 0 && (_items.Count == Most || _items is [.., { Kind: ContractFindingKind.NotJson }]);

    /// <summary>The state to which <see cref="Restore"/> can go back.</summary>
    public State Mark() => new(_items.Count, _additive, _breaking);

    /// <summary>True when something breaking came after the mark.</summary>
    public bool IsBrokenSince(State mark) => _breaking > mark.Breaking;

    /// <summary>Forgets what came after the mark.</summary>
    public void Restore(State mark)
    {
        _items.RemoveRange(mark.Count, _items.Count - mark.Count);
        _keys.RemoveRange(mark.Count, _keys.Count - mark.Count);
        (_additive, _breaking) = (mark.Additive, mark.Breaking);
    }

    /// <summary>Counts a finding and returns true when it is new and there is room for it, before its texts are made.</summary>
    public bool IsWanted(ulong key, bool isBreaking)
    {
        _breaking += isBreaking ? 1 : 0;
        _additive += isBreaking ? 0 : 1;
        if (_items.Count == Most || _keys.Contains(key))
        {
            return false;
        }

        _keys.Add(key);
        return true;
    }

    /// <summary>Adds what <see cref="IsWanted"/> wanted.</summary>
    public void Add(ContractFinding finding) => _items.Add(finding);

    /// <summary>How much was gathered at a moment.</summary>
    public readonly record struct State(int Count, long Additive, long Breaking);
}
